"""Finding things and places by what people type: names, pinyin, initials, codes, coordinates. No Qt."""
