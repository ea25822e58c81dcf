const handles = process._getActiveHandles().length;
const requests = process._getActiveRequests().length;
const resources = process.getActiveResourcesInfo();
console.log(handles, requests, resources);
