"""Our own ways to write moments where Django's would end a sentence with two full stops."""
