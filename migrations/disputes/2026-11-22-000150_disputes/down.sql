DROP TABLE decisions;
DROP TABLE proposals;
DROP TABLE timeline;
DROP TABLE cases;
