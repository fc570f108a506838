//! Shows the picture and carries commands in; it never decides.
