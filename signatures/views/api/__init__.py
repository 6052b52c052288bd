"""The public API. Only `entrance` and `page` are imported at the start: the rest takes ten
megabytes and a tenth of a second, and many processes never need it."""
