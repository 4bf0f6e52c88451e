"""Writing results for other programs and for people: one small module a format, and a registry."""

from tinyface_core.export.material import ExportError, FaceKey, Material, Statement
from tinyface_core.export.registry import FORMATS, Format, export

__all__ = ["FORMATS", "ExportError", "FaceKey", "Format", "Material", "Statement", "export"]
