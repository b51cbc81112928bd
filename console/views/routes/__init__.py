"""Who can be at a place when: arrival times of teams by road, and the way they take."""
