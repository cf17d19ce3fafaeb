-- The platform has an inbox of its own, which its arbitrators and operators share.
ALTER TABLE notices DROP CONSTRAINT notices_party_check;
ALTER TABLE notices ADD CONSTRAINT notices_party_check CHECK (party IN ('provider', 'merchant', 'operator'));
