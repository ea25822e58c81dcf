/* Preloaded libraries stay to the end of the process: at the interpreter's end they are not taken apart, object by object, which would take longer
 * than a small program. What a program itself has made is finalized as ever, and so is a module that it has changed. */
#define Py_BUILD_CORE 1
#define PY_SSIZE_T_CLEAN
#include "libraries.h"

#include <Python.h>
#include <internal/pycore_interp.h>

#include <stdbool.h>
#include <string.h>

static PyObject *libraries;   /* by name: the module, and the version of its names */

static _Noreturn void give_up(void) {
    PyErr_Print();
    _exit(70);
}

static PyObject *version_of(PyObject *module) {
    return PyLong_FromUnsignedLongLong(((PyDictObject *)PyModule_GetDict(module))->ma_version_tag);
}

/* Of the standard library's modules a program changes more than their names: who has stored a file in one wants it written. */
static bool is_standard(PyObject *name) {
    const char *text = PyUnicode_AsUTF8(name);
    if (text == NULL) give_up();
    PyObject *top = PyUnicode_FromStringAndSize(text, (Py_ssize_t)strcspn(text, ".")), *standard = PySys_GetObject("stdlib_module_names");
    int found = top != NULL && standard != NULL ? PySet_Contains(standard, top) : -1;
    if (found < 0) give_up();
    Py_DECREF(top);
    return found == 1;
}

/* The last of the exit functions. */
static PyObject *leave_alone(PyObject *self, PyObject *unused) {
    (void)self, (void)unused;
    if (!PyInterpreterState_Get()->finalizing || libraries == NULL) Py_RETURN_NONE;   /* the program itself calls them */
    PyObject *modules = PyImport_GetModuleDict(), *name, *known;
    for (Py_ssize_t at = 0; PyDict_Next(libraries, &at, &name, &known);) {
        PyObject *module = PyTuple_GET_ITEM(known, 0);
        if (PyDict_GetItemWithError(modules, name) != module) continue;
        PyObject *version = version_of(module);
        if (version == NULL) return NULL;
        int same = PyObject_RichCompareBool(version, PyTuple_GET_ITEM(known, 1), Py_EQ);
        Py_DECREF(version);
        if (same < 0 || (same == 1 && PyDict_DelItem(modules, name))) return NULL;
    }
    Py_RETURN_NONE;
}

void libraries_before(void) {
    static PyMethodDef method = {"leave_alone", leave_alone, METH_NOARGS, NULL};
    PyObject *atexit = PyImport_ImportModule("atexit"), *function = PyCFunction_New(&method, NULL);
    PyObject *done = atexit != NULL && function != NULL ? PyObject_CallMethod(atexit, "register", "O", function) : NULL;
    if (done == NULL) give_up();
    Py_DECREF(done), Py_DECREF(function), Py_DECREF(atexit);
}

void libraries_loaded(void) {
    PyObject *name, *module;
    libraries = PyDict_New();
    if (libraries == NULL) give_up();
    for (Py_ssize_t at = 0; PyDict_Next(PyImport_GetModuleDict(), &at, &name, &module);) {
        if (!PyUnicode_Check(name) || !PyModule_CheckExact(module) || is_standard(name) || PyUnicode_EqualToUTF8(name, "__main__")) continue;
        PyObject *known = Py_BuildValue("(ON)", module, version_of(module));
        if (known == NULL || PyDict_SetItem(libraries, name, known)) give_up();
        Py_DECREF(known);
    }
}
