<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>FacesModel</name>
    <message>
        <location filename="../../app/models/faces.py" line="406" />
        <source>Face</source>
        <translation>Gesicht</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="406" />
        <source>The face's own pixels</source>
        <translation>Die eigenen Bildpunkte des Gesichts</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="407" />
        <source>Verdict</source>
        <translation>Urteil</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="407" />
        <source>Your verdict: Y confirmed, N not a face, U unsure</source>
        <translation>Ihr Urteil: Y bestätigt, N kein Gesicht, U unsicher</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="408" />
        <source>Score</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="408" />
        <source>Detector and second stage joined, 0 to 1</source>
        <translation>Detektor und zweite Stufe zusammen, 0 bis 1</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="410" />
        <source>P(face)</source>
        <translation>P(Gesicht)</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="411" />
        <source>The second stage's face probability; empty where it did not run</source>
        <translation>Gesichtswahrscheinlichkeit der zweiten Stufe; leer, wo sie nicht lief</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="413" />
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="413" />
        <source>Longer side of the box in pixels of the picture</source>
        <translation>Längere Seite des Rahmens in Bildpunkten</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="414" />
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="414" />
        <source>The picture or video that it is in</source>
        <translation>Bild oder Video, in dem es ist</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="415" />
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="415" />
        <source>Time stamp in the video</source>
        <translation>Zeitpunkt im Video</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="416" />
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="../../app/models/faces.py" line="416" />
        <source>Your note; double-click or press F2 to write</source>
        <translation>Ihre Notiz; Doppelklick oder F2 zum Schreiben</translation>
    </message>
<message>
        <location filename="../../app/models/faces.py" line="350" />
        <source>Face of {size} pixels in {picture}, score {score}, {verdict}</source>
        <translation>Gesicht von {size} Pixeln in {picture}, Wert {score}, {verdict}</translation>
    </message>
</context>
<context>
    <name>AboutDialog</name>
    <message>
        <location filename="../../app/dialogs/about.py" line="36" />
        <source>About Tiny Face Inspector</source>
        <translation>Über Tiny Face Inspector</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="42" />
        <source>Version {version} · Python {python} · {system}</source>
        <translation>Version {version} · Python {python} · {system}</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="48" />
        <source>Finds very small faces in pictures and videos, and shows what it found. MIT licence.</source>
        <translation>Findet sehr kleine Gesichter in Bildern und Videos und zeigt, was es fand. MIT-Lizenz.</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="51" />
        <source>Refined pixels are generated, not evidence.</source>
        <translation>Verfeinerte Pixel sind erzeugt, kein Beweis.</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="63" />
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="64" />
        <source>Copy all versions, for a report</source>
        <translation>Alle Versionen kopieren, für eine Meldung</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="82" />
        <source>Versions and licences</source>
        <translation>Versionen und Lizenzen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="83" />
        <source>Part</source>
        <translation>Baustein</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="83" />
        <source>Version</source>
        <translation>Version</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/about.py" line="83" />
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <location filename="../../app/views/canvas.py" line="72" />
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <location filename="../../app/views/canvas.py" line="496" />
        <source>{count} faces</source>
        <translation>{count} Gesichter</translation>
    </message>
</context>
<context>
    <name>ComparisonPanel</name>
    <message>
        <location filename="../../app/views/comparison.py" line="72" />
        <location filename="../../app/views/comparison.py" line="109" />
        <source>Select a face to see it enlarged.</source>
        <translation>Wählen Sie ein Gesicht, um es vergrößert zu sehen.</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="79" />
        <source>Refined pixels are generated, not evidence.</source>
        <translation>Verfeinerte Pixel sind erzeugt, kein Beweis.</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="82" />
        <source>Hold Space or O to see the original pixels.</source>
        <translation>Leertaste oder O halten zeigt die ursprünglichen Pixel.</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="148" />
        <source>Save the comparison</source>
        <translation>Vergleich speichern</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="150" />
        <source>PNG pictures (*.png)</source>
        <translation>PNG-Bilder (*.png)</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="159" />
        <source>{path} cannot be written: choose another folder.</source>
        <translation>{path} kann nicht geschrieben werden: wählen Sie einen anderen Ordner.</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="180" />
        <source>All side by side</source>
        <translation>Alle nebeneinander</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="181" />
        <source>Two under a border</source>
        <translation>Zwei unter einer Grenze</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="190" />
        <source>Choose upscalers</source>
        <translation>Verfahren wählen</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="191" />
        <source>Methods</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="198" />
        <source>Test mode: reduce the face to a quarter, enlarge it again and measure against the truth</source>
        <translation>Prüfmodus: Gesicht auf ein Viertel verkleinern, wieder vergrößern und an der Wahrheit messen</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="203" />
        <source>Original pixels (hold Space or O)</source>
        <translation>Ursprüngliche Pixel (Leertaste oder O halten)</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="206" />
        <source>Show the whole crop (0)</source>
        <translation>Ganzen Ausschnitt zeigen (0)</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="208" />
        <source>Copy the comparison as a picture</source>
        <translation>Vergleich als Bild kopieren</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="210" />
        <source>Save the comparison as PNG</source>
        <translation>Vergleich als PNG speichern</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="234" />
        <source>Two enlargements under a border; arrow keys move it</source>
        <translation>Zwei Vergrößerungen unter einer Grenze; Pfeiltasten bewegen sie</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="235" />
        <source>Drag the border, or move it with the arrow keys</source>
        <translation>Grenze ziehen oder mit den Pfeiltasten bewegen</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="239" />
        <source>Left of the border</source>
        <translation>Links der Grenze</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="240" />
        <source>Right of the border</source>
        <translation>Rechts der Grenze</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="263" />
        <source>Load a model file…</source>
        <translation>Modelldatei laden …</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="273" />
        <source>Load an upscaler</source>
        <translation>Verfahren laden</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="275" />
        <source>Model files (*.safetensors *.pth *.pt *.ckpt)</source>
        <translation>Modelldateien (*.safetensors *.pth *.pt *.ckpt)</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="299" />
        <source>Enlarging…</source>
        <translation>Vergrößert …</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="313" />
        <source>{width} × {height} px</source>
        <translation>{width} × {height} px</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="314" />
        <source>Reduced ×¼</source>
        <translation>Verkleinert ×¼</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="314" />
        <source>Original pixels</source>
        <translation>Ursprüngliche Pixel</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="317" />
        <source>{time} ms</source>
        <translation>{time} ms</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="324" />
        <source>Truth</source>
        <translation>Wahrheit</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="467" />
        <source>Nearest</source>
        <translation>Nächster Nachbar</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="468" />
        <source>Bilinear</source>
        <translation>Bilinear</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="469" />
        <source>Bicubic</source>
        <translation>Bikubisch</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="470" />
        <source>Lanczos</source>
        <translation>Lanczos</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="471" />
        <source>SR only</source>
        <translation>Nur SR</translation>
    </message>
    <message>
        <location filename="../../app/views/comparison.py" line="472" />
        <source>Refined</source>
        <translation>Verfeinert</translation>
    </message>
</context>
<context>
    <name>Controller</name>
    <message>
        <location filename="../../app/controller.py" line="111" />
        <source>Looking for pictures...</source>
        <translation>Bilder werden gesucht …</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="120" />
        <source>Pasted picture {number}</source>
        <translation>Eingefügtes Bild {number}</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="133" />
        <source>There are no pictures or videos in that folder.</source>
        <translation>In diesem Ordner sind keine Bilder oder Videos.</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="195" />
        <source>Opening {name}...</source>
        <translation>{name} wird geöffnet …</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="293" />
        <source>Loading the models...</source>
        <translation>Modelle werden geladen …</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="420" />
        <source>{sentence} ({count} pictures to go)</source>
        <translation>{sentence} (noch {count} Bilder)</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="426" />
        <source>preparing</source>
        <translation>wird vorbereitet</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="427" />
        <source>looking for faces</source>
        <translation>sucht Gesichter</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="428" />
        <source>cutting out candidates</source>
        <translation>schneidet Kandidaten aus</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="429" />
        <source>enlarging candidates</source>
        <translation>vergrößert Kandidaten</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="430" />
        <source>judging candidates</source>
        <translation>beurteilt Kandidaten</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="431" />
        <source>joining</source>
        <translation>führt zusammen</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="432" />
        <source>searching frames</source>
        <translation>durchsucht Einzelbilder</translation>
    </message>
    <message>
        <location filename="../../app/controller.py" line="437" />
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <location filename="../../app/dialogs/export.py" line="62" />
        <location filename="../../app/dialogs/export.py" line="81" />
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="71" />
        <source>Progress of the export</source>
        <translation>Fortschritt des Exports</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="78" />
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="84" />
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="99" />
        <source>All opened pictures</source>
        <translation>Alle geöffneten Bilder</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="101" />
        <source>The picture on the screen</source>
        <translation>Das Bild auf dem Bildschirm</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="104" />
        <source>Those that pass the filters of the list</source>
        <translation>Die, die durch die Filter der Liste kommen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="105" />
        <source>Confirmed ones only</source>
        <translation>Nur bestätigte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="106" />
        <source>All but those that are not faces</source>
        <translation>Alle außer denen, die keine Gesichter sind</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="107" />
        <source>All candidates</source>
        <translation>Alle Kandidaten</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="111" />
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="111" />
        <source>Pictures whose faces are written</source>
        <translation>Bilder, deren Gesichter geschrieben werden</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="112" />
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="112" />
        <source>Faces that are written</source>
        <translation>Gesichter, die geschrieben werden</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="121" />
        <source>Formats</source>
        <translation>Formate</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="126" />
        <source>CSV table</source>
        <translation>CSV-Tabelle</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="126" />
        <source>One row a face, for a spreadsheet</source>
        <translation>Eine Zeile je Gesicht, für eine Tabelle</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="127" />
        <source>Faces with settings and weights, enough to repeat the run</source>
        <translation>Gesichter mit Einstellungen und Gewichten, genug, um den Lauf zu wiederholen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="128" />
        <source>COCO object detection annotations</source>
        <translation>COCO-Annotationen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="129" />
        <source>One text file a picture, boxes as shares of its sides</source>
        <translation>Eine Textdatei je Bild, Rahmen als Anteile der Seiten</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="130" />
        <source>Face crops</source>
        <translation>Gesichtsausschnitte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="130" />
        <source>Every face by every upscaler ticked in the comparison</source>
        <translation>Jedes Gesicht mit jedem im Vergleich gewählten Verfahren</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="131" />
        <source>Annotated pictures</source>
        <translation>Markierte Bilder</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="131" />
        <source>Pictures with boxes drawn</source>
        <translation>Bilder mit eingezeichneten Rahmen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="132" />
        <source>HTML report</source>
        <translation>HTML-Bericht</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="132" />
        <source>Pictures, faces, settings and weights, for any browser</source>
        <translation>Bilder, Gesichter, Einstellungen und Gewichte, für jeden Browser</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="145" />
        <source>Folder to write to</source>
        <translation>Zielordner</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="146" />
        <source>Folder to write to; it is made if it does not exist</source>
        <translation>Zielordner; er wird angelegt, wenn es ihn nicht gibt</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="150" />
        <location filename="../../app/dialogs/export.py" line="151" />
        <location filename="../../app/dialogs/export.py" line="263" />
        <source>Choose a folder</source>
        <translation>Ordner wählen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="154" />
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="207" />
        <source>Faces: {faces} · Pictures: {pictures}</source>
        <translation>Gesichter: {faces} · Bilder: {pictures}</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="238" />
        <source>{stage}: {done} of {total}</source>
        <translation>{stage}: {done} von {total}</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="240" />
        <source>, {seconds} s left</source>
        <translation>, noch {seconds} s</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="244" />
        <source>{count} files written.</source>
        <translation>{count} Dateien geschrieben.</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/export.py" line="252" />
        <source>Cancelled; files that were finished are kept.</source>
        <translation>Abgebrochen; fertige Dateien bleiben.</translation>
    </message>
</context>
<context>
    <name>FaceCommands</name>
    <message>
        <location filename="../../app/models/face_commands.py" line="21" />
        <source>{verdict}: {count} faces</source>
        <translation>{verdict}: {count} Gesichter</translation>
    </message>
    <message>
        <location filename="../../app/models/face_commands.py" line="48" />
        <source>Note</source>
        <translation>Notiz</translation>
    </message>
    <message>
        <location filename="../../app/models/face_commands.py" line="72" />
        <source>Draw a face</source>
        <translation>Gesicht zeichnen</translation>
    </message>
</context>
<context>
    <name>FaceList</name>
    <message>
        <location filename="../../app/views/face_list.py" line="80" />
        <source>Number of faces</source>
        <translation>Anzahl der Gesichter</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="161" />
        <source>Faces as a table</source>
        <translation>Gesichter als Tabelle</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="201" />
        <source>Faces as a gallery</source>
        <translation>Gesichter als Galerie</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="222" />
        <source>Lowest and highest score shown</source>
        <translation>Kleinster und größter gezeigter Wert</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="224" />
        <source>Smallest and largest size shown</source>
        <translation>Kleinste und größte gezeigte Größe</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="229" />
        <source>Score</source>
        <translation>Wert</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="230" />
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="247" />
        <source>{name}. Filters at once; nothing is searched again.</source>
        <translation>{name}. Filtert sofort; nichts wird neu gesucht.</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="255" />
        <source>Verdicts shown</source>
        <translation>Gezeigte Urteile</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="256" />
        <source>Show only faces with this verdict</source>
        <translation>Nur Gesichter mit diesem Urteil zeigen</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="257" />
        <source>All verdicts</source>
        <translation>Alle Urteile</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="265" />
        <source>{verdict} ({key})</source>
        <translation>{verdict} ({key})</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="271" />
        <source>Show as a table</source>
        <translation>Als Tabelle zeigen</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="272" />
        <source>Show as a gallery</source>
        <translation>Als Galerie zeigen</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="361" />
        <source>{shown} of {total} faces</source>
        <translation>{shown} von {total} Gesichtern</translation>
    </message>
    <message>
        <location filename="../../app/views/face_list.py" line="364" />
        <source> · {count} selected</source>
        <translation> · {count} gewählt</translation>
    </message>
</context>
<context>
    <name>FilmStrip</name>
    <message>
        <location filename="../../app/views/film_strip.py" line="39" />
        <source>Film strip</source>
        <translation>Filmstreifen</translation>
    </message>
</context>
<context>
    <name>FindQueue</name>
    <message>
        <location filename="../../app/jobs/finding.py" line="79" />
        <source>No models are installed, so nothing can be searched: put weights into {folder}.</source>
        <translation>Es sind keine Modelle installiert, darum kann nichts gesucht werden: legen Sie Gewichte in {folder}.</translation>
    </message>
</context>
<context>
    <name>FrameBar</name>
    <message>
        <location filename="../../app/views/timeline.py" line="101" />
        <source>Frames</source>
        <translation>Einzelbilder</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="103" />
        <source>Drag to move in the video; marks are frames with faces, Page Up and Down go to them</source>
        <translation>Ziehen bewegt im Video; Marken sind Einzelbilder mit Gesichtern, Bild auf und ab führen hin</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <location filename="../../app/main_window.py" line="105" />
        <source>Faces</source>
        <translation>Gesichter</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="106" />
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="107" />
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="124" />
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="126" />
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="129" />
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="131" />
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="136" />
        <source>&amp;Search</source>
        <translation>&amp;Suche</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="138" />
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="143" />
        <source>Tools</source>
        <translation>Werkzeuge</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="151" />
        <source>Effort of the search</source>
        <translation>Aufwand der Suche</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="152" />
        <source>How long a search may take: the numbers are in the preferences</source>
        <translation>Wie lange eine Suche dauern darf: die Zahlen stehen in den Einstellungen</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="154" />
        <source>Fast</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="155" />
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="156" />
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="329" />
        <source>Open photos</source>
        <translation>Fotos öffnen</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="329" />
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="334" />
        <source>Open a video</source>
        <translation>Video öffnen</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="334" />
        <source>Videos</source>
        <translation>Videos</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="346" />
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="388" />
        <source>Clear the list</source>
        <translation>Liste leeren</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="391" />
        <source>Nothing yet</source>
        <translation>Noch nichts</translation>
    </message>
    <message>
        <location filename="../../app/main_window.py" line="405" />
        <source>There is no picture to paste: copy a picture or files first.</source>
        <translation>Es gibt kein Bild zum Einfügen: kopieren Sie zuerst ein Bild oder Dateien.</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <location filename="../../app/views/notice.py" line="22" />
        <source>Message</source>
        <translation>Meldung</translation>
    </message>
    <message>
        <location filename="../../app/views/notice.py" line="24" />
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
    <message>
        <location filename="../../app/views/notice.py" line="25" />
        <source>Copy the technical details, for a report</source>
        <translation>Technische Einzelheiten kopieren, für eine Meldung</translation>
    </message>
    <message>
        <location filename="../../app/views/notice.py" line="29" />
        <location filename="../../app/views/notice.py" line="30" />
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
<context>
    <name>PicturesModel</name>
    <message>
        <location filename="../../app/models/pictures.py" line="170" />
        <source>waiting</source>
        <translation>wartet</translation>
    </message>
    <message>
        <location filename="../../app/models/pictures.py" line="172" />
        <source>searching</source>
        <translation>sucht</translation>
    </message>
    <message>
        <location filename="../../app/models/pictures.py" line="175" />
        <source>1 face</source>
        <translation>1 Gesicht</translation>
    </message>
    <message>
        <location filename="../../app/models/pictures.py" line="176" />
        <source>{count} faces</source>
        <translation>{count} Gesichter</translation>
    </message>
    <message>
        <location filename="../../app/models/pictures.py" line="178" />
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <location filename="../../app/models/pictures.py" line="179" />
        <source>not searched</source>
        <translation>nicht durchsucht</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="32" />
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="46" />
        <source>Appearance</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="49" />
        <location filename="../../app/dialogs/preferences.py" line="52" />
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="49" />
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="49" />
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="51" />
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="51" />
        <source>Colours of the window; changes at once</source>
        <translation>Farben des Fensters; gilt sofort</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="57" />
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="57" />
        <source>Takes effect at the next start</source>
        <translation>Gilt ab dem nächsten Start</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="61" />
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="62" />
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="63" />
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="63" />
        <source>Where the networks run</source>
        <translation>Wo die Netze laufen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="64" />
        <source>Looking for devices…</source>
        <translation>Geräte werden gesucht …</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="71" />
        <source>Fast</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="72" />
        <source>Balanced</source>
        <translation>Ausgewogen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="73" />
        <source>Thorough</source>
        <translation>Gründlich</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="76" />
        <source>Effort</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="76" />
        <source>How much time a search may take</source>
        <translation>Wie viel Zeit eine Suche brauchen darf</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="77" />
        <source>Choose weights…</source>
        <translation>Gewichte wählen …</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="80" />
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="80" />
        <source>The trained networks that search and refine</source>
        <translation>Die trainierten Netze, die suchen und verfeinern</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="82" />
        <source>Refine small candidates and judge them a second time</source>
        <translation>Kleine Kandidaten verfeinern und ein zweites Mal beurteilen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="84" />
        <source>Search pictures as soon as they are opened</source>
        <translation>Bilder gleich nach dem Öffnen durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="90" />
        <source>Video: search every</source>
        <translation>Video: durchsuchen alle</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="90" />
        <source>Frames from one search to the next</source>
        <translation>Einzelbilder von einer Suche zur nächsten</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="92" />
        <source> frames</source>
        <translation> Bilder</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="96" />
        <source>Pictures</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="97" />
        <source>Show boxes round faces</source>
        <translation>Rahmen um Gesichter zeigen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="98" />
        <source>Show scores on the boxes</source>
        <translation>Werte an den Rahmen zeigen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/preferences.py" line="99" />
        <source>Zoom to a face that is selected in the list</source>
        <translation>Auf ein in der Liste gewähltes Gesicht zoomen</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="26" />
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="37" />
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="38" />
        <source>Search for a command or key</source>
        <translation>Nach Befehl oder Taste suchen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="39" />
        <source>Show only commands and keys with these letters</source>
        <translation>Nur Befehle und Tasten mit diesen Buchstaben zeigen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="43" />
        <source>Commands and keys</source>
        <translation>Befehle und Tasten</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="44" />
        <source>Command</source>
        <translation>Befehl</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="44" />
        <source>Key</source>
        <translation>Taste</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="64" />
        <source>Confirm the selected faces</source>
        <translation>Gewählte Gesichter bestätigen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="65" />
        <source>Not a face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="66" />
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="67" />
        <source>Take the verdict back</source>
        <translation>Urteil zurücknehmen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="67" />
        <source>Backspace</source>
        <translation>Rücktaste</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="68" />
        <source>Write a note (face list)</source>
        <translation>Notiz schreiben (Gesichterliste)</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="69" />
        <source>Original pixels, while held (comparison)</source>
        <translation>Ursprüngliche Pixel, solange gehalten (Vergleich)</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="69" />
        <source>Space, O</source>
        <translation>Leertaste, O</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="70" />
        <source>Zoom the crops (comparison)</source>
        <translation>Ausschnitte zoomen (Vergleich)</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="71" />
        <source>Whole crop (comparison)</source>
        <translation>Ganzer Ausschnitt (Vergleich)</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="72" />
        <source>Move the split border (comparison)</source>
        <translation>Grenze bewegen (Vergleich)</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/shortcuts.py" line="72" />
        <source>Left, Right</source>
        <translation>Links, Rechts</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <location filename="../../app/views/start_page.py" line="25" />
        <source>Start page</source>
        <translation>Startseite</translation>
    </message>
    <message>
        <location filename="../../app/views/start_page.py" line="26" />
        <source>Drop photos or videos here</source>
        <translation>Fotos oder Videos hier ablegen</translation>
    </message>
    <message>
        <location filename="../../app/views/start_page.py" line="30" />
        <source>Finds faces down to a few pixels, and shows how each one looks enlarged.</source>
        <translation>Findet Gesichter bis hinab zu wenigen Pixeln und zeigt jedes vergrößert.</translation>
    </message>
    <message>
        <location filename="../../app/views/start_page.py" line="75" />
        <source>Recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
    <message>
        <location filename="../../app/views/start_page.py" line="91" />
        <source>Open {name}</source>
        <translation>{name} öffnen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <location filename="../../app/views/status.py" line="20" />
        <source>What is running</source>
        <translation>Was gerade läuft</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="24" />
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="26" />
        <source>Remaining time</source>
        <translation>Restzeit</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="30" />
        <source>Pixel under the mouse</source>
        <translation>Bildpunkt unter der Maus</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="32" />
        <source>Size of the picture</source>
        <translation>Größe des Bildes</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="34" />
        <source>Zoom</source>
        <translation>Zoom</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="71" />
        <source>{count} s left</source>
        <translation>noch {count} s</translation>
    </message>
    <message>
        <location filename="../../app/views/status.py" line="72" />
        <source>{count} min left</source>
        <translation>noch {count} min</translation>
    </message>
</context>
<context>
    <name>Timeline</name>
    <message>
        <location filename="../../app/views/timeline.py" line="28" />
        <source>Time line</source>
        <translation>Zeitleiste</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="29" />
        <source>Previous frame (,)</source>
        <translation>Voriges Einzelbild (,)</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="31" />
        <source>Play or pause (Space)</source>
        <translation>Abspielen oder anhalten (Leertaste)</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="34" />
        <source>Next frame (.)</source>
        <translation>Nächstes Einzelbild (.)</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="39" />
        <source>Position</source>
        <translation>Stelle</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="43" />
        <source>every </source>
        <comment>before the number in: every 10th frame</comment>
        <translation>jedes </translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="44" />
        <source>. frame</source>
        <translation>. Bild</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="45" />
        <source>Search only every n-th frame: a higher number is quicker</source>
        <translation>Nur jedes n-te Bild durchsuchen: je höher, desto schneller</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="46" />
        <source>Frames from one search to the next</source>
        <translation>Einzelbilder von einer Suche zur nächsten</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="48" />
        <source>Search the video</source>
        <translation>Video durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="49" />
        <source>Search the whole video in the background</source>
        <translation>Das ganze Video im Hintergrund durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/views/timeline.py" line="71" />
        <source>{time} / {total}   frame {number}</source>
        <translation>{time} / {total}   Bild {number}</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <location filename="../../app/models/verdict.py" line="32" />
        <source>Undecided</source>
        <translation>Offen</translation>
    </message>
    <message>
        <location filename="../../app/models/verdict.py" line="33" />
        <source>Confirmed</source>
        <translation>Bestätigt</translation>
    </message>
    <message>
        <location filename="../../app/models/verdict.py" line="34" />
        <source>Not a face</source>
        <translation>Kein Gesicht</translation>
    </message>
    <message>
        <location filename="../../app/models/verdict.py" line="35" />
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
</context>
<context>
    <name>WeightsDialog</name>
    <message>
        <location filename="../../app/dialogs/weights.py" line="33" />
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="35" />
        <source>Installed weights</source>
        <translation>Installierte Gewichte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="36" />
        <source>Those in use have a tick</source>
        <translation>Die benutzten haben einen Haken</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="39" />
        <source>Card of the selected weights</source>
        <translation>Karte der gewählten Gewichte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="41" />
        <source>Use these weights</source>
        <translation>Diese Gewichte benutzen</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="42" />
        <source>Searches from now on use the selected weights</source>
        <translation>Suchen benutzen ab jetzt die gewählten Gewichte</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="79" />
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <location filename="../../app/dialogs/weights.py" line="79" />
        <source>Second stage</source>
        <translation>Zweite Stufe</translation>
    </message>
</context>
<context><name>WindowActions</name><message>
        <location filename="../../app/actions.py" line="22" />
        <source>&amp;Open photos...</source>
        <translation>Fotos ö&amp;ffnen …</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="22" />
        <source>Open photos</source>
        <translation>Fotos öffnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="25" />
        <source>Open &amp;folder...</source>
        <translation>&amp;Ordner öffnen …</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="28" />
        <source>Open all photos and videos in a folder</source>
        <translation>Alle Fotos und Videos eines Ordners öffnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="29" />
        <source>Open a folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="32" />
        <source>Open &amp;video...</source>
        <translation>&amp;Video öffnen …</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="32" />
        <source>Open a video</source>
        <translation>Video öffnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="35" />
        <source>Try the &amp;sample</source>
        <translation>&amp;Beispiel ausprobieren</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="38" />
        <source>Open a picture that comes with the program</source>
        <translation>Ein mitgeliefertes Bild öffnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="39" />
        <source>Try the sample</source>
        <translation>Beispiel ausprobieren</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="42" />
        <source>&amp;Paste picture</source>
        <translation>Bild ein&amp;fügen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="42" />
        <source>Open the copied picture or files</source>
        <translation>Kopiertes Bild oder Dateien öffnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="44" />
        <source>&amp;Close picture</source>
        <translation>Bild s&amp;chließen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="44" />
        <source>Close this picture</source>
        <translation>Dieses Bild schließen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="45" />
        <source>Close &amp;all</source>
        <translation>&amp;Alle schließen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="45" />
        <source>Close all pictures</source>
        <translation>Alle Bilder schließen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="47" />
        <source>&amp;Export...</source>
        <translation>&amp;Exportieren …</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="50" />
        <source>Save faces as tables, crops, annotated pictures or a report</source>
        <translation>Gesichter als Tabelle, Ausschnitte, markierte Bilder oder Bericht speichern</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="51" />
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="53" />
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="53" />
        <source>End the program</source>
        <translation>Programm beenden</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="55" />
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="56" />
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="65" />
        <source>&amp;Draw a missed face</source>
        <translation>Übersehenes Gesicht &amp;zeichnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="68" />
        <source>Drag over a face that was not found (or hold Shift)</source>
        <translation>Über ein nicht gefundenes Gesicht ziehen (oder Umschalt halten)</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="69" />
        <source>Draw</source>
        <translation>Zeichnen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="72" />
        <source>&amp;Preferences...</source>
        <translation>&amp;Einstellungen …</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="72" />
        <source>Appearance, device, search</source>
        <translation>Aussehen, Gerät, Suche</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="76" />
        <source>&amp;Find faces</source>
        <translation>&amp;Gesichter suchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="79" />
        <source>Search this picture, or this frame of the video</source>
        <translation>Dieses Bild oder Videobild durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="80" />
        <source>Find faces</source>
        <translation>Gesichter suchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="83" />
        <source>Find faces in &amp;all pictures</source>
        <translation>Gesichter in &amp;allen Bildern suchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="83" />
        <source>Search every opened picture</source>
        <translation>Jedes geöffnete Bild durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="86" />
        <source>Search the &amp;video</source>
        <translation>&amp;Video durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="89" />
        <source>Search every n-th frame in the background</source>
        <translation>Jedes n-te Bild im Hintergrund durchsuchen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="91" />
        <source>&amp;Cancel</source>
        <translation>&amp;Abbrechen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="91" />
        <source>Stop searching</source>
        <translation>Suche anhalten</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="92" />
        <source>&amp;Weights...</source>
        <translation>&amp;Gewichte …</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="92" />
        <source>Which trained models are used</source>
        <translation>Welche trainierten Modelle benutzt werden</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="94" />
        <source>&amp;Fit</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="94" />
        <source>Show the whole picture</source>
        <translation>Das ganze Bild zeigen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="96" />
        <source>&amp;Actual pixels</source>
        <translation>&amp;Originalgröße</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="96" />
        <source>One pixel of the picture on one of the screen</source>
        <translation>Ein Bildpunkt auf einem des Bildschirms</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="99" />
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="99" />
        <source>Zoom in (or turn the wheel)</source>
        <translation>Vergrößern (oder Mausrad)</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="102" />
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="102" />
        <source>Zoom out (or turn the wheel)</source>
        <translation>Verkleinern (oder Mausrad)</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="104" />
        <source>&amp;Boxes</source>
        <translation>&amp;Rahmen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="104" />
        <source>Show or hide the boxes of faces</source>
        <translation>Rahmen um Gesichter zeigen oder verbergen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="105" />
        <source>&amp;Scores at boxes</source>
        <translation>&amp;Werte an Rahmen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="105" />
        <source>Show or hide the scores</source>
        <translation>Werte zeigen oder verbergen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="106" />
        <source>&amp;Loupe</source>
        <translation>&amp;Lupe</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="106" />
        <source>Magnify what is under the mouse</source>
        <translation>Vergrößert, was unter der Maus liegt</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="108" />
        <source>&amp;Go to selected faces</source>
        <translation>Zu gewählten Gesichtern &amp;gehen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="108" />
        <source>Zoom to a face that is selected in the list</source>
        <translation>Auf ein in der Liste gewähltes Gesicht zoomen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="110" />
        <source>&amp;Previous picture</source>
        <translation>&amp;Voriges Bild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="110" />
        <source>Previous picture</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="111" />
        <source>&amp;Next picture</source>
        <translation>&amp;Nächstes Bild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="111" />
        <source>Next picture</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="112" />
        <source>Play or pa&amp;use</source>
        <translation>Abspielen oder an&amp;halten</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="112" />
        <source>Play or pause the video</source>
        <translation>Video abspielen oder anhalten</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="114" />
        <source>Previous f&amp;rame</source>
        <translation>Vo&amp;riges Einzelbild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="114" />
        <source>Previous frame of the video</source>
        <translation>Voriges Einzelbild des Videos</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="116" />
        <source>Next fra&amp;me</source>
        <translation>Nächstes &amp;Einzelbild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="116" />
        <source>Next frame of the video</source>
        <translation>Nächstes Einzelbild des Videos</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="117" />
        <source>Full &amp;screen</source>
        <translation>Voll&amp;bild</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="117" />
        <source>Use the whole screen</source>
        <translation>Den ganzen Bildschirm benutzen</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="120" />
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="120" />
        <source>All keys of the program</source>
        <translation>Alle Tasten des Programms</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="122" />
        <source>&amp;About Tiny Face Inspector</source>
        <translation>Ü&amp;ber Tiny Face Inspector</translation>
    </message>
    <message>
        <location filename="../../app/actions.py" line="122" />
        <source>Version, licences</source>
        <translation>Version, Lizenzen</translation>
    </message>
    </context></TS>
