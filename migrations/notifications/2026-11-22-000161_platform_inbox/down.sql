DELETE FROM notices WHERE party = 'operator';
ALTER TABLE notices DROP CONSTRAINT notices_party_check;
ALTER TABLE notices ADD CONSTRAINT notices_party_check CHECK (party IN ('provider', 'merchant'));
