//! The DDL of the dictionary.
