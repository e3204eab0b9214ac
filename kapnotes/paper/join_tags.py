"""Structure trees of joined parts: one document, in which each part is a part.

Every page and link finds its elements by a number; those of later parts are shifted behind the
earlier ones'. The ids of header cells need no change: a part's own key stands before each of them,
so that the parts' lists hang side by side in one tree.
"""

from collections.abc import Sequence
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from kapnotes.paper.errand import Unprintable

Pages = Sequence[pikepdf.Object]


def merge(whole: Pdf, roots: Sequence[pikepdf.Object], spans: Sequence[Pages]) -> None:
    """Make one structure tree of the parts' trees."""
    root = roots[0]
    numbers: list[pikepdf.Object | int] = []
    after = 0
    for one, pages in zip(roots, spans, strict=True):
        found = list(one.ParentTree.Nums)
        keys = [int(key) + after for key in found[0::2]]
        if after:
            _shift(pages, after)
        for key, elements in zip(keys, found[1::2], strict=True):
            numbers.extend((key, elements))
        after = max(keys) + 1
    if len(roots) > 1:
        _gather(whole, root, roots)
        _list_ids(whole, root, roots)
    root.ParentTree = whole.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = after


def say_first(whole: Pdf, page: pikepdf.Object) -> int:
    """A paragraph at the document's very beginning; returns the mark for its content on `page`."""
    root = whole.Root.StructTreeRoot
    document = root.K[0]
    numbers = root.ParentTree.Nums
    place = list(numbers)[0::2].index(page.StructParents)
    marks = numbers[2 * place + 1]
    mark = len(marks)
    paragraph = whole.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.P, P=document, Pg=page, K=Array([mark]))
    )
    marks.append(paragraph)
    document.K.insert(0, paragraph)
    return mark


def _shift(pages: Pages, after: int) -> None:
    for page in pages:
        page.StructParents = int(page.StructParents) + after
        for annotation in page.get("/Annots", []):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + after


def _gather(whole: Pdf, root: pikepdf.Object, roots: Sequence[pikepdf.Object]) -> None:
    """Hang the parts under one document, each as a part of it."""
    tops = [one.K[0] for one in roots]
    document = whole.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array(tops))
    )
    for top in tops:
        top.S = Name.Part
        top.P = document
    root.K = Array([document])


def _list_ids(whole: Pdf, root: pikepdf.Object, roots: Sequence[pikepdf.Object]) -> None:
    """One tree of element ids, with a limb for each part that has some."""
    limbs = []
    for one in roots:
        if "/IDTree" in one:
            names = one.IDTree.Names
            limits = (bytes(names[0]), bytes(names[-2]))
            limb = whole.make_indirect(Dictionary(Names=names, Limits=Array([names[0], names[-2]])))
            limbs.append((limits, limb))
    limbs.sort(key=lambda limb: limb[0])
    for (before, _), (after, _) in pairwise(limbs):
        if before[1] >= after[0]:
            raise Unprintable("The same part stands in it twice.")
    if limbs:
        root.IDTree = Dictionary(Kids=Array([limb for _, limb in limbs]))
