"""The sections of the report: each measures, keeps its figures, draws and writes."""
