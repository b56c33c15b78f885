"""What is in a copy of the public record, and how does it become one file?

`tables` says what stands in each part, a row at a time; `archive` packs the parts into a ZIP while they are read, so
that memory does not grow with the record; `words` is what a reader of the file reads first. Nothing that neighbors say
among themselves is in it, no e-mail address and no home.
"""
