"""What watches the site asks: figures alone, on the machine alone, kept by nobody."""
