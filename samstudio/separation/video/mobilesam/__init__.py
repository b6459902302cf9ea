"""MobileSAM: a small segmenter whose weights come with the program."""
