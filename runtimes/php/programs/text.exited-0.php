<?php
$counts = array_count_values(["plum", "apple", "plum", "pear", "apple", "plum"]);
ksort($counts);
foreach ($counts as $word => $count) echo "$word $count\n";
echo mb_substr("Zwölf Boxkämpfer und mehr", 0, 16), "\n";
