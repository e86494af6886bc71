//! QGIS as the peer: its own renderer on the same pack, view for view.

use std::path::Path;
use std::process::Command;

use jiedao::map::camera::Camera;

/// Draws every layer of a file but the themes that the console does not show at first, once a view, and prints the milliseconds of the fastest of three, one line a view.
const SCRIPT: &str = r#"
import os, sys, time
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
from osgeo import ogr
from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsMapRendererParallelJob, QgsMapSettings,
                       QgsRectangle, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
app = QgsApplication([], False)
app.initQgis()
path, width, height = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
source = ogr.Open(path)
hidden = {"contours", "parcels", "duty_grids", "patrol_routes", "video_points", "emergency"}
names = [source.GetLayerByIndex(i).GetName() for i in range(source.GetLayerCount())]
names = [name for name in names if name not in hidden]
layers = [QgsVectorLayer(f"{path}|layername={name}", name, "ogr") for name in names]
layers = sorted((l for l in layers if l.isValid() and l.isSpatial()), key=lambda l: l.geometryType())
for view in sys.argv[4:]:
    times = []
    for _ in range(3):
        settings = QgsMapSettings()
        settings.setLayers(layers)
        settings.setOutputSize(QSize(width, height))
        settings.setExtent(QgsRectangle(*(float(v) for v in view.split(","))))
        settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4548"))
        start = time.perf_counter()
        job = QgsMapRendererParallelJob(settings)
        job.start()
        job.waitForFinished()
        times.append((time.perf_counter() - start) * 1e3)
    print(min(times), flush=True)
os._exit(0)
"#;

/// Milliseconds that QGIS takes for each view; `None`, with a reason printed, where it is not installed.
pub fn qgis(pack: &Path, views: &[Camera], size: [u32; 2]) -> Vec<Option<f64>> {
    let mut command = Command::new("/usr/bin/python3");
    command.arg("-c").arg(SCRIPT).arg(pack).args(size.map(|length| length.to_string()));
    for view in views {
        let middle = view.center_on_ground();
        let [east, north] = size.map(|length| f64::from(length) / 2.0 * view.metres_per_point);
        command.arg(format!(
            "{},{},{},{}",
            middle.east_m - east,
            middle.north_m - north,
            middle.east_m + east,
            middle.north_m + north
        ));
    }
    let said = command.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let times: Vec<Option<f64>> = said.lines().map(|line| line.trim().parse().ok()).collect();
    if times.len() == views.len() {
        times
    } else {
        println!("no QGIS beside it: python3-qgis and qgis-providers are not installed\n");
        vec![None; views.len()]
    }
}
