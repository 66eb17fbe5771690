"""Raw bytes → article → sentences → attributions. Training and scoring share this one path."""
