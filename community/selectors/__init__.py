"""Every read of the neighbors' room; each function opens the wall itself, for the person it is given.

`room` what neighbors say, `people` whom somebody keeps away and who leads, `care` reports, removals and appeals,
`own` what is kept about one person, `weeks` the numbers that anybody may know. Everything comes back as plain values:
a queryset that is read later would be read without an identity, and be empty.
"""
