"""Facts about the web that are not ours; knows none of our words. Mostly doors to maintained libraries."""
