"""The search: copies and tiles, detection, second stage, non-maximum suppression; pipelines and scans."""
