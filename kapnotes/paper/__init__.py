"""What is printed: gather, draw, print. The only room that knows WeasyPrint.

`gather` collects plain values from the records into a summary, `draw` turns a summary into HTML in
which everything a person typed is text, and the `Printer` turns the HTML into PDF in a warm child
process with limits. Nothing here is imported on the way to saving a note.
"""
