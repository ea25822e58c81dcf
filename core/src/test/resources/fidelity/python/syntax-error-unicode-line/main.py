größe = "日本語" größer
