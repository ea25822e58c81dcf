/* As gc.freeze() does, but into a list that only we know: to the program nothing is frozen. */
#define Py_BUILD_CORE 1
#define PY_SSIZE_T_CLEAN
#include "collector.h"

#include <Python.h>
#include <internal/pycore_gc.h>
#include <internal/pycore_interp.h>

static PyGC_Head passed_over;

static void take_over(PyGC_Head *list) {
    if (_PyGCHead_NEXT(list) == list) return;
    PyGC_Head *first = _PyGCHead_NEXT(list), *last = _PyGCHead_PREV(list), *end = _PyGCHead_PREV(&passed_over);
    _PyGCHead_SET_NEXT(end, first);
    _PyGCHead_SET_PREV(first, end);
    _PyGCHead_SET_NEXT(last, &passed_over);
    _PyGCHead_SET_PREV(&passed_over, last);
    _PyGCHead_SET_NEXT(list, list);
    _PyGCHead_SET_PREV(list, list);
}

static void collect_again(PyObject *object) {
    PyObject_GC_UnTrack(object);
    PyObject_GC_Track(object);
}

void collector_pass_over_all(void) {
    struct _gc_runtime_state *collector = &PyInterpreterState_Get()->gc;
    _PyGCHead_SET_NEXT(&passed_over, &passed_over);
    _PyGCHead_SET_PREV(&passed_over, &passed_over);
    for (int i = 0; i < NUM_GENERATIONS; i++) {
        take_over(&collector->generations[i].head);
        collector->generations[i].count = 0;
    }
    /* The program's globals must stay in sight: they and its functions hold each other. */
    PyObject *program = PyImport_AddModuleRef("__main__");
    if (program == NULL) Py_FatalError("__main__");
    collect_again(program);
    collect_again(PyModule_GetDict(program));
    Py_DECREF(program);
}
