"""What the records say: frames in, frozen results out; no files, no SQL, no clock."""
