<?php
echo "before\n";
ini_set("display_errors", "stderr");
throw new Exception("on purpose");
