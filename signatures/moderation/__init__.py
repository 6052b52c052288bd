"""What organizers look at before a signature is public: holds, watched names, the vetting queue."""
