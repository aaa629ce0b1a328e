"""Files that leave: lists, workbooks, geofiles, slides, PDF, memoranda, the bytes of the map."""
