"""What several pages share: shell, session, drawer, menus of files."""
