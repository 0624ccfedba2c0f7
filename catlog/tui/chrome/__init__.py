"""The frame of every screen: top bar, banner, line of keys, notice of a small terminal."""
