-- Which events of a crowded key count has changed: streams of pairs are filled anew, aside, and swapped.
UPDATE "streams" SET "rebuild" = true WHERE "spec"->'join' IS NOT NULL;
