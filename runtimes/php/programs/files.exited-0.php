<?php
mkdir("notes");
file_put_contents("notes/a.txt", "hello from a\n");
file_put_contents("notes/b.txt", "");
echo implode(" ", array_map("basename", glob("notes/*"))), "\n", file_get_contents("notes/a.txt");
