"""Charts as static SVG, drawn from published figures alone. Every label is a figure or a name, so that a chart says nothing that the table beside it does not."""
