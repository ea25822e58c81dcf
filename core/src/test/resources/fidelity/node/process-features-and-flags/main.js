console.log(process.features, process.sourceMapsEnabled, process.noDeprecation, process.throwDeprecation);
console.log(process.hasUncaughtExceptionCaptureCallback(), process.report.reportOnSignal, process.debugPort);
