"""What people read: figures, exhibits, the document, slides, the index and the workbook."""
