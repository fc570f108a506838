//! The city by seed: a world, its people's reports, its crews.
