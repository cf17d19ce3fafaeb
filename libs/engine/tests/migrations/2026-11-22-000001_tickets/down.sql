DROP TABLE holidays, additions, tickets;
