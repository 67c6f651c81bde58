"""Run by the system's own Python, where QGIS lives: open a project and a GeoPackage, say as JSON
what QGIS made of them, and the colours that it paints at some places.

    python3 qgis_open.py OUTPUTS PLACES.json PICTURE.png
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from qgis.core import (
    QgsApplication,
    QgsLayerTreeGroup,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def picture(layers, crs, places):
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setOutputSize(QSize(1800, 1500))
    settings.setDestinationCrs(crs)
    settings.setBackgroundColor(QColor("white"))
    extent = layers[0].extent()
    extent.scale(1.06)
    settings.setExtent(extent)
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image, to = job.renderedImage(), settings.mapToPixel()
    painted = []
    for x, y in places:
        point = to.transform(x, y)
        painted.append(QColor(image.pixel(int(point.x()), int(point.y()))).name())
    return image, painted


def main():
    outputs, file = Path(sys.argv[1]), sys.argv[3]
    places = json.loads(Path(sys.argv[2]).read_text())
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    said = {
        "read": project.read(str(outputs / "layers/assessment.qgs")),
        "title": project.title(),
        "crs": project.crs().authid(),
        "groups": {},
    }
    root = project.layerTreeRoot()
    for group in root.children():
        assert isinstance(group, QgsLayerTreeGroup)
        said["groups"][group.name()] = [
            [n.layer().name(), n.layer().isValid(), n.itemVisibilityChecked()]
            for n in group.findLayers()
        ]
    shown = [n.layer() for n in root.findLayers() if n.isVisible() and n.layer().isSpatial()]
    image, _ = picture(shown, project.crs(), [])
    image.save(file)

    layer = QgsVectorLayer(
        str(outputs / "layers/assessment.gpkg") + "|layername=parcels", "p", "ogr"
    )
    rules = layer.renderer().rootRule().children()
    said["default"] = [[r.label(), r.filterExpression(), r.symbol().color().name()] for r in rules]
    said["alias"] = {
        layer.fields()[i].name(): layer.attributeAlias(i) for i in range(layer.fields().count())
    }
    count, ids, names, *_ = layer.listStylesInDatabase()
    said["styles"] = names[:count]
    said["painted"] = {}
    for number, name in list(zip(ids, names, strict=False))[:count]:
        style, _ = layer.getStyleFromDatabase(number)
        from qgis.PyQt.QtXml import QDomDocument

        document = QDomDocument()
        document.setContent(style)
        done, message = layer.importNamedStyle(document)
        assert done, message
        layer.triggerRepaint()
        said["painted"][name] = picture([layer], layer.crs(), places)[1]
    print("JSON" + json.dumps(said))


main()
