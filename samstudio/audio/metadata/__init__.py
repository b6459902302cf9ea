"""Tags, markers, time references and other chunks of sound files."""
