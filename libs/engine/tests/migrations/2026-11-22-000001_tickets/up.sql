CREATE TABLE tickets (id uuid PRIMARY KEY, name text NOT NULL, total bigint NOT NULL, status text NOT NULL);
CREATE TABLE additions (ticket uuid NOT NULL, version bigint NOT NULL, amount bigint NOT NULL, PRIMARY KEY (ticket, version));
CREATE TABLE holidays (name text PRIMARY KEY, closed boolean NOT NULL);
INSERT INTO holidays VALUES ('today', false);
