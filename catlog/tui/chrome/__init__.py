"""What every screen has around its own: the bar above, the line of keys below, banners and notices."""
