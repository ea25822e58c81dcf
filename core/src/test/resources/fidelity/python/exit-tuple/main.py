raise SystemExit(2, "two")
