CREATE TABLE copies (subject text PRIMARY KEY, sequence bigint NOT NULL, label text NOT NULL);
