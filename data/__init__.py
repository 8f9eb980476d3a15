"""Records in and out: readers, the checked record, the store, the sample records."""
