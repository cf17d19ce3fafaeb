DROP TABLE mails;
DROP TABLE preferences;
DROP TABLE notices;
