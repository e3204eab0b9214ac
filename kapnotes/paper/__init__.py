"""What is printed: gather, draw, press, bind, seal. The only room that knows WeasyPrint.

`gather` collects plain values from the records, `draw` turns them into HTML in which everything a
person typed is text. The `Printer` presses each section into a part and binds parts to a whole
document, in a warm child process with limits; `seal` puts the practice's signature on it here,
where the key is. Nothing here is imported on the way to saving a note.
"""
