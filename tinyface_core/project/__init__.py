"""A project file: pictures, faces, the analyst's verdicts, drawn boxes and notes, and the searches behind them."""
