-- Windows of today change with each fold. Where a page has room, the changed row stays in it and no index is written: less
-- than half of the write-ahead log. What is there already gets room as it is written anew.
ALTER TABLE "stream_windows" SET (fillfactor = 50);
