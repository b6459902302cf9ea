"""What weights files hold, read without torch: names, types and shapes of tensors; other formats, named in words."""
