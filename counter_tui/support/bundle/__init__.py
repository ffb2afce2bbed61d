"""What leaves the station for the help desk: facts about the machine, none about people."""
