DROP TABLE provider_timeline, qualification_timeline, application_timeline, providers, documents, qualifications,
    information_requests, credentials, declarations, businesses, applications, obligations;
