"""What FFmpeg leaves out or gets wrong about single codecs."""
